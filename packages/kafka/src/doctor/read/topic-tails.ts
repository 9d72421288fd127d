import { randomUUID } from 'node:crypto';
import type { Admin } from 'kafkajs';
import { readRanges, type FoundRecord, type OffsetRange } from '../../client/read-ranges.ts';
import { partitionKey } from '../../client/record.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';
import { endInTime } from '../../core/outcome.ts';
import type { KafkaClients } from '../../subscribe/subscribe.ts';

/** How to read. */
export interface Tails {
  readonly topics: readonly string[];
  /** The most records of each partition: its last offsets. */
  readonly last: number;
  readonly signal: AbortSignal | undefined;
}

/** What was read. */
export interface TailsRead {
  /** By topic. */
  readonly partitions: ReadonlyMap<string, number>;
  /** By topic, partitions that were not read to their end. */
  readonly unread: ReadonlyMap<string, number>;
}

/**
 * Reads the last records of each partition up to its end as of the start, in a group of its own that commits nothing and is deleted.
 *
 * @throws {KafkaTracingError} `topic_missing`
 * @throws what kafkajs throws when the broker does not answer, or a codec is not installed
 */
export async function readTails(kafka: KafkaClients, admin: Admin, tails: Tails, found: FoundRecord): Promise<TailsRead> {
  const existing = new Set(await admin.listTopics());
  const partitions = new Map<string, number>();
  const ranges: OffsetRange[] = [];
  for (const topic of tails.topics) {
    // Asking for the offsets of a topic can create it.
    if (!existing.has(topic))
      throw new KafkaTracingError('topic_missing', `The topic "${topic}" does not exist, or this client may not see it.`);
    const offsets = await admin.fetchTopicOffsets(topic);
    partitions.set(topic, offsets.length);
    for (const { partition, low, high } of offsets) {
      const [lowest, end] = [BigInt(low), BigInt(high)];
      const start = end - BigInt(tails.last) > lowest ? end - BigInt(tails.last) : lowest;
      if (start < end) ranges.push({ topic, partition, start, end });
    }
  }
  const unread = new Map<string, number>();
  for (const { topic } of await readInTime(kafka, admin, ranges, tails.signal, found)) unread.set(topic, (unread.get(topic) ?? 0) + 1);
  return { partitions, unread };
}

/**
 * Half a second after the signal it waits no longer: a broker that holds a fetch back would hold up the end for kafkajs’ 30 seconds. What
 * waits for it has a second, and so gets what was read until then.
 */
async function readInTime(
  kafka: KafkaClients,
  admin: Admin,
  ranges: readonly OffsetRange[],
  signal: AbortSignal | undefined,
  found: FoundRecord,
): Promise<readonly OffsetRange[]> {
  const groupId = `tracelink-doctor-${randomUUID()}`;
  const ends = new Map(ranges.map((range) => [partitionKey(range.topic, range.partition), range]));
  let isOver = false;
  const read = async (): Promise<readonly OffsetRange[]> => {
    const left = await readRanges(kafka, groupId, ranges, signal, (topic, partition, record) => {
      if (isOver) return;
      const key = partitionKey(topic, partition);
      if (BigInt(record.offset) + 1n === ends.get(key)?.end) ends.delete(key);
      found(topic, partition, record);
    });
    // The broker may already have removed a group that never committed.
    if (ranges.length > 0) await admin.deleteGroups([groupId]).catch(() => {});
    return left;
  };
  return endInTime(
    read(),
    signal,
    () => {
      isOver = true;
      return [...ends.values()];
    },
    500,
  );
}
