import { randomUUID } from 'node:crypto';
import type { Admin } from 'kafkajs';
import { readRanges, type FoundRecord, type OffsetRange } from '../../client/read-ranges.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';
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
  const groupId = `tracelink-doctor-${randomUUID()}`;
  const left = await readRanges(kafka, groupId, ranges, tails.signal, found);
  // The broker may already have removed a group that never committed.
  if (ranges.length > 0) await admin.deleteGroups([groupId]).catch(() => {});
  const unread = new Map<string, number>();
  for (const { topic } of left) unread.set(topic, (unread.get(topic) ?? 0) + 1);
  return { partitions, unread };
}
