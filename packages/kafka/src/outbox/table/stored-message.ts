import { isUint8Array } from 'node:util/types';
import type { OutgoingRecord } from '../../client/port/engine-clients.ts';
import type { HeaderValues } from '../../client/port/message.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';
import { type PgQueryable, quoted } from '../../postgres/pg-client.ts';
import { pages } from './outbox-table.ts';
import { spanContextColumn } from './span-context-column.ts';
import { storedHeaders } from './stored-headers.ts';
import { channelOf } from './table-sql.ts';

/** A stored message: what the broker gets, but for the offset. */
export interface StoredMessage {
  readonly topic: string;
  /** `null`: the partitioner decides, when the message is sent. */
  readonly partition: number | null;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** JSON, see `storedHeaders`. */
  readonly headers: string;
  /** Milliseconds since the epoch, decimal. */
  readonly timestamp: string;
  /** See `spanContextText`; `null` without a context, absent when the table has no column for it. */
  readonly spanContext?: string | null;
}

const legalTopic = /^[a-zA-Z0-9._-]{1,249}$/;
const maxPartition = 2 ** 31 - 1;

/** Bytes of a message that count towards the limit of the broker. */
function sizeOf({ key, value, headers }: StoredMessage): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + Buffer.byteLength(headers);
}

/** @throws {KafkaTracingError} `invalid_message`: Kafka allows no topic of that name */
export function checkTopic(topic: unknown): asserts topic is string {
  if (typeof topic === 'string' && legalTopic.test(topic) && topic !== '.' && topic !== '..') return;
  throw refused(`"${String(topic)}" cannot be the name of a topic: up to 249 letters, digits, ".", "_" or "-".`);
}

/** @throws {KafkaTracingError} `invalid_message`: the messages are no list */
export function checkMessages(topic: string, messages: unknown): asserts messages is readonly OutgoingRecord[] {
  if (!Array.isArray(messages)) throw refused(`the messages for "${topic}" must be a list, not a value of type ${typeof messages}.`);
}

/**
 * The stored form of a message. A message that no broker would ever accept is rejected here, where the caller can react and
 * the transaction is rolled back: once committed, it would block its key for ever.
 *
 * @param now the timestamp of a message that has none
 * @throws {KafkaTracingError} `invalid_message`
 */
export function storedMessage(topic: string, message: OutgoingRecord, maxBytes: number, now: number): StoredMessage {
  if (typeof message !== 'object' || message === null)
    throw refused(`a message for "${topic}" is ${String(message)}: it must be an object.`);
  const { key, value, headers = {}, partition = null, timestamp = String(now) } = message;
  if (partition !== null && !(Number.isInteger(partition) && partition >= 0 && partition <= maxPartition))
    throw refused(`the partition of a message for "${topic}" is ${String(partition)}: it must be a whole number from 0.`);
  if (!/^\d{1,18}$/.test(timestamp))
    throw refused(`the timestamp of a message for "${topic}" is ${JSON.stringify(timestamp)}: it must be milliseconds, as decimal text.`);
  if (value === undefined) throw refused(`a message for "${topic}" has no value: a tombstone is null.`);
  const stored: StoredMessage = {
    topic,
    partition,
    key: key === undefined ? null : bytes(topic, 'key', key),
    value: bytes(topic, 'value', value),
    headers: headersOf(topic, headers),
    timestamp,
  };
  const size = sizeOf(stored);
  if (size <= maxBytes) return stored;
  throw refused(`a message for "${topic}" has ${size} bytes: it must have at most ${maxBytes}, or maxMessageBytes must be set to more.`);
}

function bytes(topic: string, what: 'key' | 'value', given: unknown): Buffer | null {
  if (given === null) return null;
  if (typeof given === 'string') return Buffer.from(given);
  if (isUint8Array(given)) return Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  throw refused(`the ${what} of a message for "${topic}" is a value of type ${typeof given}: it must be text, bytes or null.`);
}

function headersOf(topic: string, given: unknown): string {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw refused(
      `the headers of a message for "${topic}" are ${given === null ? 'null' : `a value of type ${typeof given}`}: they must be an object.`,
    );
  try {
    return storedHeaders(given as HeaderValues);
  } catch (error) {
    throw refused(`of a message for "${topic}", ${(error as Error).message}.`);
  }
}

function refused(why: string): KafkaTracingError {
  return new KafkaTracingError('invalid_message', `The outbox refuses what no broker takes: ${why}`);
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly of: (message: StoredMessage) => unknown;
}

const columns: readonly Column[] = [
  { name: 'topic', type: 'text', of: ({ topic }) => topic },
  { name: 'partition', type: 'integer', of: ({ partition }) => partition },
  { name: 'key', type: 'bytea', of: ({ key }) => key },
  { name: 'value', type: 'bytea', of: ({ value }) => value },
  { name: 'headers', type: 'json', of: ({ headers }) => headers },
  { name: 'timestamp', type: 'bigint', of: ({ timestamp }) => timestamp },
];
const withSpanContext: readonly Column[] = [...columns, { name: spanContextColumn, type: 'text', of: ({ spanContext }) => spanContext }];
const atOnce = { messages: 500, bytes: 4_000_000 };

/** Writes rows in order, a few hundred per statement, and notifies the relays when the transaction commits. */
export async function insertMessages(client: PgQueryable, table: string, messages: readonly StoredMessage[]): Promise<void> {
  const written = messages[0]?.spanContext === undefined ? columns : withSpanContext;
  const names = written.map(({ name }) => name).join(', ');
  for (const part of pages(messages, atOnce, sizeOf)) {
    const values: unknown[] = [channelOf(table)];
    const rows = part.map((message) => `(${written.map(({ type, of }) => `$${values.push(of(message))}::${type}`).join(', ')})`);
    await client.query(
      `WITH added AS (
         INSERT INTO ${quoted(table)} (${names}) VALUES ${rows.join(', ')})
       SELECT pg_notify($1, '')`,
      values,
    );
  }
}
