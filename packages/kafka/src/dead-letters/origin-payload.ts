import { topicEnds, type AdminPort } from '../client/port/admin.ts';
import type { EngineClients } from '../client/port/engine-clients.ts';
import type { FetchedRecord } from '../client/port/message.ts';
import { notDelivered, readRanges } from '../client/read-ranges.ts';
import { recordTimestamp, type TopicPartitionOffset } from '../client/record.ts';
import { inTemporaryGroup } from '../client/temporary.ts';
import type { DeadLetterRecord } from './dead-letter-record.ts';
import type { MissingPayload } from './missing-payload.ts';

/** The record that failed, read where it stood; or why it cannot be had. */
export type OriginPayload =
  | { readonly place: TopicPartitionOffset; readonly message: FetchedRecord }
  | { readonly place: TopicPartitionOffset | undefined; readonly reason: string };

/** Milliseconds by which the clocks of a producer and a broker may differ. */
const skew = 60_000;

/**
 * Reads the payload of a dead-letter record that does not have it where the failed record stood: one record, in a group of its own that
 * commits nothing and is deleted.
 *
 * @param missing what `missingPayload` says of the record
 * @throws the reason of the signal; what the client throws when the broker does not answer, or a codec is not installed
 */
export async function originPayload(
  clients: EngineClients,
  admin: AdminPort,
  record: DeadLetterRecord,
  { place }: MissingPayload,
  signal: AbortSignal | undefined,
): Promise<OriginPayload> {
  if (place === undefined) return { place, reason: 'it does not say where it stood' };
  const gone = await reasonOfBounds(admin, place);
  if (gone !== undefined) return { place, reason: gone };
  const { message, isRead } = await readOne(clients, admin, place, signal);
  signal?.throwIfAborted();
  if (message === undefined && !isRead) return { place, reason: `the record at ${placeText(place)} ${notDelivered}` };
  if (message === undefined)
    return { place, reason: `no record stands at ${placeText(place)}: compaction took it, or a transaction was aborted` };
  if (isOfAnotherLog(record, message))
    return { place, reason: `what stands at ${placeText(place)} is another record: the topic was made anew after the failure` };
  return { place, message };
}

/** A place in one line. */
export function placeText({ topic, partition, offset }: TopicPartitionOffset): string {
  return `${topic}/${partition}/${offset}`;
}

async function reasonOfBounds(admin: AdminPort, { topic, partition, offset }: TopicPartitionOffset): Promise<string | undefined> {
  const ends = await topicEnds(admin, topic);
  if (ends === undefined) return `the topic ${topic} does not exist any more`;
  const bounds = ends.find((each) => each.partition === partition);
  if (bounds === undefined) return `the topic ${topic} has no partition ${partition}: it was made anew after the failure`;
  if (BigInt(offset) < BigInt(bounds.low)) return `retention has removed it: ${topic}/${partition} begins at ${bounds.low}`;
  if (BigInt(offset) >= BigInt(bounds.high))
    return `${topic}/${partition} ends at ${bounds.high}: the topic was made anew after the failure, or a transaction is open there`;
  return undefined;
}

/** @returns the record, and whether its place was read: without a record then there is none */
async function readOne(
  clients: EngineClients,
  admin: AdminPort,
  { topic, partition, offset }: TopicPartitionOffset,
  signal: AbortSignal | undefined,
): Promise<{ readonly message: FetchedRecord | undefined; readonly isRead: boolean }> {
  const start = BigInt(offset);
  let found: FetchedRecord | undefined;
  const range = { topic, partition, start, end: start + 1n };
  const unread = await inTemporaryGroup(admin, 'tracelink-dead-letters', (groupId) =>
    readRanges(clients, groupId, [range], signal, (_topic, _partition, message) => {
      found = message;
    }),
  );
  return { message: found, isRead: unread.length === 0 };
}

/** An offset alone does not name a record: a topic that was deleted and made anew has the same ones. */
function isOfAnotherLog(record: DeadLetterRecord, message: FetchedRecord): boolean {
  const timestamp = recordTimestamp(message.timestamp);
  if (timestamp === undefined) return false;
  if (record.originalTimestamp !== undefined) return timestamp !== record.originalTimestamp;
  return timestamp > record.timestamp + skew;
}
