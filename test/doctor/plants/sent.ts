import { bytesOf } from '../../dead-letters/fixture.ts';
import type { RawRecord } from '../../recorded/write-records.ts';
import { keptSenders } from '../senders/fixture.ts';
import type { Plant } from './plant.ts';

const senders = keptSenders.read();

/** The name of a sender, and one of its ways. */
type Which = readonly [sender: string, way: string];

/** What a sender wrote in one of its ways. */
export function sentBy(...[name, way]: Which): Pick<Plant, 'made' | 'by'> & { readonly records: readonly RawRecord[] } {
  const fixture = senders.get(name);
  const run = fixture?.runs.find((each) => each.way === way);
  if (fixture === undefined || run === undefined) throw new Error(`There is no record of ${name}, ${way}`);
  const versions = Object.entries(fixture.versions).map(([software, version]) => `${software} ${version}`);
  return {
    made: 'from its recorded records',
    by: `${fixture.sender}: ${versions.join(', ')}; ${way}`,
    records: run.records.map(({ key, value, headers }) => ({
      key: bytesOf(key),
      value,
      headers: headers.map(([header, text]) => [header, bytesOf(text)] as const),
    })),
  };
}

/** Rules, and the senders of a topic in whose records they have to find the fault. */
const faults: readonly (readonly [rules: readonly [string, ...string[]], ...Which[]])[] = [
  [['debug-left-on'], ['brave', 'debug']],
  [['formats-mixed'], ['brave', 'single'], ['otel-java', 'as it comes']],
  [['spellings-mixed'], ['brave', 'multi'], ['confluent-kafka', 'b3multi']],
  [['header-null'], ['otel-java-agent', 'null header']],
  [['header-null'], ['sarama', 'null header']],
  [['no-context'], ['sarama', 'untraced']],
  [['no-context'], ['spring', 'as it comes']],
  [['no-context'], ['vertx', 'PROPAGATE']],
  [['no-context'], ['confluent-kafka', 'SerializingProducer']],
  [['no-context'], ['ddtrace', 'as it comes']],
  [['no-context'], ['faststream', 'no middleware']],
  [['no-context'], ['confluent-js', 'as it comes']],
  [['context-quoted'], ['spring', 'a StringBuilder']],
  [['context-number'], ['connect', 'as it comes']],
  [['context-appended-foreign'], ['confluent-kafka', 'one list of headers']],
  [['datadog-half-id'], ['ddtrace', 'ids of 64 bits']],
  [['baggage-of-faststream'], ['faststream', 'publish_batch']],
  [
    ['watermill-foreign', 'no-context'],
    ['watermill', 'as it comes'],
  ],
  [
    ['dead-letter-without-origin', 'no-context'],
    ['camel', 'as it comes'],
  ],
];

/** The ways that have a fault. */
export const planted: readonly Which[] = faults.flatMap(([, ...which]) => which);

/** Faults in records that senders wrote. */
export const sent: readonly Plant[] = faults.map(([[rule, ...also], ...which]) => {
  const all = which.map((each) => sentBy(...each));
  return {
    rule,
    also,
    made: 'from its recorded records',
    by: all.map(({ by }) => by).join(' beside '),
    records: all.flatMap(({ records }) => records),
    ...(rule.startsWith('dead-letter') && { prefix: 'orders.dead-letter' }),
  };
});

/** Senders in which nothing is wrong. */
export const healthyWays: readonly Which[] = [
  ['brave', 'single'],
  ['brave', 'multi'],
  ['brave', '64 bits'],
  ['otel-java', 'as it comes'],
  ['otel-java', 'W3C and B3'],
  ['otel-java', 'b3multi'],
  ['otel-java-agent', 'as it comes'],
  ['otel-java-agent', 'W3C and B3'],
  ['otel-java-agent', 'b3multi'],
  ['spring', 'observed'],
  ['vertx', 'ALWAYS'],
  ['confluent-kafka', 'as it comes'],
  ['confluent-kafka', 'b3multi'],
  ['ddtrace', 'propagating'],
  ['faststream', 'as it comes'],
  ['skywalking', 'as it comes'],
  ['sarama', 'as it comes'],
  ['sarama', 'W3C and B3'],
];
