import { parseArgs } from 'node:util';
import { flowNames, flows, type FlowName } from './end-to-end/end-to-end.ts';
import { figureNames, figures, type FigureName } from './figures/figures.ts';
import { caseNames, cases, type CaseName } from './measure/scenario.ts';

/** What else has a name; each is one thing as a whole. */
const comparisons = {
  bytes: 'bytes allocated a message',
  subscribe: 'a subscription beside bare eachMessage',
} as const;
type ComparisonName = keyof typeof comparisons;
const comparisonNames: readonly ComparisonName[] = Object.keys(comparisons) as ComparisonName[];

/** What a run measures. */
export interface Selection {
  /** `full`: all rounds. `quick`: one, to show that everything runs. `ci`: what a change must not make much worse. */
  readonly kind: 'help' | 'full' | 'quick' | 'ci';
  readonly isWhole: boolean;
  readonly cases: readonly CaseName[];
  readonly comparisons: readonly ComparisonName[];
  readonly figures: readonly FigureName[];
  readonly flows: readonly FlowName[];
}

export const help = `npm run bench -- [--quick | --ci] [--no-kafka] [--only <name>]...

Measures bare kafkajs-shaped calls, @tracelink/kafka and @opentelemetry/instrumentation-kafkajs in one run.
A whole run takes about a quarter of an hour and writes RESULTS.md and results.json; parts only print.

  --quick         one short round: shows that everything runs; the figures mean little
  --ci            ratios only, a minute and a half; ends with 1 where one is more than twice its goal
  --no-kafka      without what goes through Apache Kafka
  --only <name>   one of the names below; may be repeated
  --help          this text

without a network:
${names(caseNames, (name) => cases[name].title)}${names(comparisonNames, (name) => comparisons[name])}
one number each, of the built packages:
${names(figureNames, (name) => figures[name].title)}
through Apache Kafka (KAFKA_BROKERS, else in a container):
${names(flowNames, (name) => flows[name])}`;

/** Reads the arguments. @throws with what is wrong, for a person to read */
export function selectionOf(argv: readonly string[]): Selection {
  const { values } = parseArgs({
    args: [...argv],
    allowNegative: true,
    options: {
      quick: { type: 'boolean', default: false },
      ci: { type: 'boolean', default: false },
      kafka: { type: 'boolean', default: true },
      only: { type: 'string', multiple: true },
      help: { type: 'boolean', default: false },
    },
  });
  const { only, ci, quick, kafka } = values;
  const all: readonly string[] = [...caseNames, ...comparisonNames, ...figureNames, ...flowNames];
  for (const name of only ?? []) if (!all.includes(name)) throw new Error(`There is no case "${name}"; --help lists them.`);
  if (ci && (quick || only !== undefined)) throw new Error('--ci measures what it must: leave out --quick and --only.');
  const chosen = (name: string): boolean => only === undefined || only.includes(name);
  return {
    kind: values.help ? 'help' : ci ? 'ci' : quick ? 'quick' : 'full',
    isWhole: argv.length === 0,
    cases: caseNames.filter(chosen),
    comparisons: comparisonNames.filter(chosen),
    figures: ci ? [] : figureNames.filter(chosen),
    flows: ci || !kafka ? [] : flowNames.filter(chosen),
  };
}

function names<N extends string>(all: readonly N[], title: (name: N) => string): string {
  return all.map((name) => `  ${name.padEnd(18)}${title(name)}\n`).join('');
}
