import { parseArgs } from 'node:util';
import { flowNames, flows, type FlowName } from './end-to-end/end-to-end.ts';
import { caseNames, cases, type CaseName } from './measure/scenario.ts';

/** What a run measures. */
export interface Selection {
  readonly help: boolean;
  readonly quick: boolean;
  readonly cases: readonly CaseName[];
  readonly flows: readonly FlowName[];
}

export const help = `npm run bench -- [--quick] [--only <name>]...

Measures bare kafkajs-shaped calls, @tracelink/kafka and @opentelemetry/instrumentation-kafkajs in one run.
A whole run takes about a quarter of an hour and writes RESULTS.md and results.json; parts only print.

  --quick         one short round: shows that everything runs; the figures mean little
  --only <name>   one of the names below; may be repeated
  --help          this text

without a network:
${names(caseNames, (name) => cases[name].title)}
through a real broker (KAFKA_BROKERS, else a container):
${names(flowNames, (name) => flows[name])}`;

/** Reads the arguments. @throws with what is wrong, for a person to read */
export function selectionOf(argv: readonly string[]): Selection {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      help: { type: 'boolean', default: false },
    },
  });
  const { only } = values;
  for (const name of only ?? []) {
    if (![...caseNames, ...flowNames].some((known) => known === name)) throw new Error(`There is no case "${name}"; --help lists them.`);
  }
  const chosen = (name: string): boolean => only === undefined || only.includes(name);
  return { help: values.help, quick: values.quick, cases: caseNames.filter(chosen), flows: flowNames.filter(chosen) };
}

function names<N extends string>(all: readonly N[], title: (name: N) => string): string {
  return all.map((name) => `  ${name.padEnd(18)}${title(name)}\n`).join('');
}
