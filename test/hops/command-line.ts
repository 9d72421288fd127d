import type { Framework } from './frameworks/framework.ts';

/** What `--help` prints. */
export function usage(frameworks: readonly Framework[]): string {
  return `npm run test:hops -- [--only <framework>]...

Sends records in B3, W3C and both through programs of other frameworks, on Apache Kafka in a container, and back to a consumer that
tracelink wraps, twice. What stood in the log and what the consumer's spans hung on goes to test/hops/fixtures, the table to stdout.
A framework whose tools are absent is skipped by name. Exit code 0 when every other one ran, 1 when one did not, 130 when it was stopped.

  --only <framework>   one of those below; may be repeated
  --help               this text

KAFKA_IMAGE=apache/kafka:4.4.0 is what runs in the container; KAFKA_BROKERS uses brokers that run.

frameworks:
${frameworks.map(({ name, title, needs }) => `  ${name.padEnd(19)}  ${title}; needs ${needs}\n`).join('')}`;
}
