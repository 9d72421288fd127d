import type { Agent } from './agents/agent.ts';

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
