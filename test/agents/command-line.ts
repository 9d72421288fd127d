import { parseArgs } from 'node:util';
import type { Agent } from './agents/agent.ts';

/** The options of a run. */
export interface Selection {
  readonly help: boolean;
  readonly agents: readonly Agent[];
}

/** What `--help` prints. */
export function usage(agents: readonly Agent[]): string {
  return `npm run test:agents -- [--only <agent>]...

Installs each APM agent from npm beside the packed packages and runs one service under it, in its settings, without tracelink's SDK and with
it, for each value of agentContext, on Apache Kafka in a container. What stood in the records and who traced what goes to test/agents/fixtures, the table to stdout.
Exit code 0 when every agent ran, 1 when one did not, 130 when it was stopped.

  --only <agent>   one of those below; may be repeated
  --help           this text

KAFKA_IMAGE=apache/kafka:4.4.0 is what runs in the container; KAFKA_BROKERS uses brokers that run.

agents:
${agents.map(({ name, title }) => `  ${name.padEnd(16)}  ${title}\n`).join('')}`;
}

/** Reads the arguments. @throws with the error, for a person to read */
export function selectionOf(argv: readonly string[], agents: readonly Agent[]): Selection {
  const { values } = parseArgs({
    args: [...argv],
    options: { only: { type: 'string', multiple: true }, help: { type: 'boolean', default: false } },
  });
  // The option's name, not mocha's.
  // oxlint-disable-next-line no-restricted-properties
  const { only = [], help } = values;
  for (const name of only)
    if (!agents.some((each) => each.name === name)) throw new Error(`There is no agent "${name}"; --help lists them.`);
  return { help, agents: only.length === 0 ? agents : agents.filter(({ name }) => only.includes(name)) };
}
