import type { RecordMetadataLike, TopicMessagesLike } from '../client/kafka-client.ts';

/** Why these messages count as failed: the `error.type` of their span and metrics. */
export const UNACKNOWLEDGED = 'unacknowledged';

/**
 * Counts the messages of a resolved send that no broker acknowledged, by index in `entries`. kafkajs drops messages for a partition
 * that its metadata lacks, and resolves all the same: nothing but the partitions that are missing in the answer tells.
 *
 * A message counts when the answer does not have its topic, or not the partition that the message names. Where the partitioner
 * chose, and the answer has other partitions of the topic, there is no telling.
 *
 * @param answer one entry for each partition that has messages now; anything but a list says nothing
 * @returns `undefined` where each message counts as acknowledged
 */
export function unacknowledged(entries: readonly TopicMessagesLike[], answer: unknown): readonly number[] | undefined {
  if (!Array.isArray(answer)) return undefined;
  const counts = entries.map((entry) => unacknowledgedOf(entry, answer as readonly RecordMetadataLike[]));
  return counts.some((count) => count > 0) ? counts : undefined;
}

function unacknowledgedOf({ topic, messages }: TopicMessagesLike, answer: readonly RecordMetadataLike[]): number {
  const partitions = new Set<number | undefined>();
  for (const each of answer) {
    const { topicName = topic, partition, errorCode = 0 } = each ?? {};
    if (topicName === topic && errorCode === 0) partitions.add(partition);
  }
  if (partitions.size === 0) return messages.length;
  // A client that names no partitions in its answers.
  if (partitions.has(undefined)) return 0;
  return messages.filter(({ partition }) => typeof partition === 'number' && partition >= 0 && !partitions.has(partition)).length;
}
