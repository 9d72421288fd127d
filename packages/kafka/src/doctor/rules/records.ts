import { isUtf8 } from 'node:buffer';
import { traceHeaders } from '../records/trace-header.ts';
import type { SeenRecord } from '../records/seen-record.ts';
import type { RecordRule } from './rule.ts';

/** Clocks of machines that keep time differ by less. */
const skew = 60_000;
const largest = 64 * 1024;
const mostHeaders = 1_024;

/** Names whose values are bytes by design. */
const isBinary = /^(?:kafka_|retry_topic-|x-original-|__(?:key|value)_schema_id$|deserialization-failure-|springDeserializerException)/;

/** What is wrong with a record beside its context: clocks, sizes, headers that break the next program. */
export const records: readonly RecordRule[] = [
  {
    of: 'record',
    id: 'clock-ahead',
    title: 'The timestamp of a record is in the future.',
    effect: 'The time in the queue is negative: spans of consumers begin before those of their producers.',
    fix: 'Set the clock of the sender (NTP), or message.timestamp.type=LogAppendTime for the topic.',
    docs: 'telemetry.md#metrics',
    inspect({ timestamp }) {
      const ahead = timestamp === undefined ? 0 : timestamp - Date.now();
      return ahead > skew ? { seen: `${Math.round(ahead / 1_000)} s ahead of this machine` } : undefined;
    },
  },
  {
    of: 'record',
    id: 'clock-behind-origin',
    title: 'A record is older than the trace that it is of.',
    effect: 'The clocks of two services differ, or a program keeps the timestamp of the record that it read: delays come out negative.',
    fix: 'Set the clocks (NTP); where a stream processor keeps timestamps, read delays with care.',
    causes: 'Flink 2.2 keeps the original timestamp',
    docs: 'telemetry.md#metrics',
    inspect({ timestamp, progress }) {
      const behind = timestamp === undefined || progress === undefined ? 0 : progress.since - timestamp;
      return behind > skew ? { seen: `${Math.round(behind / 1_000)} s before its trace began` } : undefined;
    },
  },
  {
    of: 'record',
    id: 'timestamp-missing',
    title: 'A record has no timestamp.',
    effect: 'The time in the queue cannot be told, and replay by time passes it over.',
    fix: 'Give no timestamp, so that the client writes the current time; -1 and 0 come from clients that pass it on unset.',
    docs: 'telemetry.md#metrics',
    inspect: ({ timestamp }) => (timestamp === undefined ? { seen: 'timestamp -1, 0 or none' } : undefined),
  },
  {
    of: 'record',
    id: 'header-null',
    title: 'A header has no value (null).',
    effect:
      'kafkajs reads it and cannot write it, Confluent’s client refuses it and writes the record all the same, FastStream skips the record.',
    fix: 'Write an empty value or leave the header out.',
    causes: 'Java’s and Platformatic’s clients, Kafka Connect, Kafka Streams and Spring for an error without a message',
    docs: 'headers-in-the-wild.md#clients',
    inspect({ headers }) {
      const found = headers.all.find(({ name, values }) => !traceHeaders.has(name.toLowerCase()) && values.includes(null));
      return found && { seen: found.name.slice(0, 64) };
    },
  },
  {
    of: 'record',
    id: 'header-not-text',
    title: 'A header is not UTF-8.',
    effect: 'Clients that decode every header (Python’s FastStream, NestJS, rskafka) fail on it or change it.',
    fix: 'Write text, or Base64 of the bytes.',
    docs: 'headers-in-the-wild.md#clients',
    inspect({ headers }) {
      const found = headers.all.find(
        ({ name, values }) => !isBinary.test(name) && values.some((value) => value !== null && !isUtf8(value)),
      );
      return found && { seen: found.name.slice(0, 64) };
    },
  },
  {
    of: 'record',
    id: 'headers-too-many',
    title: `A record has more than ${mostHeaders} headers.`,
    effect: `tracelink looks at the last ${mostHeaders}: a context in front of them is not read.`,
    fix: 'Look for a hop that appends to the headers that it received.',
    docs: 'headers.md#limits',
    inspect({ headers }) {
      const count = countOf(headers);
      return count > mostHeaders ? { seen: `${count} headers` } : undefined;
    },
  },
  {
    of: 'record',
    id: 'headers-too-large',
    title: 'The headers of a record exceed 64 KiB.',
    effect: 'A dead-letter record, which has more of them, may not fit its topic: it is written without its value.',
    fix: 'Look for a hop that appends at each retry (Spring’s retry topics, SmallRye), or for a stack trace in a header.',
    docs: 'retries-and-dead-letters.md#dead-letter-topics',
    inspect({ headers }) {
      const bytes = headers.all.reduce((sum, { values }) => sum + values.reduce((all, value) => all + (value?.length ?? 0), 0), 0);
      return bytes > largest ? { seen: `${bytes} bytes` } : undefined;
    },
  },
  {
    of: 'record',
    id: 'watermill-foreign',
    title: 'Watermill wrote a record that has an empty message id.',
    effect:
      'It came from a sender that is not Watermill; its middleware that tells repeats by id takes all such records for one. The key is lost.',
    fix: 'Give the message a UUID before it is published, and a partition key by the marshaler.',
    causes: 'watermill-kafka 3.0.6',
    docs: 'does-my-trace-survive.md#what-helps',
    inspect: ({ headers }) => (headers.text('_watermill_message_uuid') === '' ? { seen: '_watermill_message_uuid is empty' } : undefined),
  },
];

function countOf(headers: SeenRecord['headers']): number {
  return headers.all.reduce((sum, { values }) => sum + values.length, 0);
}
