import type { Consumer } from 'kafkajs';
import { partitionKey } from '../port/topic-partition.ts';

type Committing = Pick<Consumer, 'commitOffsets'>;

/**
 * A consumer's `commitOffsets` that rejects when the broker acknowledged nothing. kafkajs (2.2.4) resolves without a request while its
 * consumer stops, and after it has crashed.
 */
export function acknowledgedCommits(consumer: Pick<Consumer, 'commitOffsets' | 'events' | 'on'>): Committing {
  /** The offsets of each call that are not acknowledged yet, by partition. */
  const unacknowledged = new Set<Map<string, string>>();
  consumer.on(consumer.events.COMMIT_OFFSETS, ({ payload: { topics } }) => {
    for (const { topic, partitions } of topics)
      for (const { partition, offset } of partitions) {
        const key = partitionKey(topic, partition);
        for (const offsets of unacknowledged) if (offsets.get(key) === String(offset)) offsets.delete(key);
      }
  });
  return {
    async commitOffsets(positions) {
      const offsets = new Map(positions.map(({ topic, partition, offset }) => [partitionKey(topic, partition), offset]));
      unacknowledged.add(offsets);
      try {
        await consumer.commitOffsets(positions);
      } finally {
        unacknowledged.delete(offsets);
      }
      if (offsets.size > 0) throw new Error('The consumer has stopped: its broker acknowledged no commit.');
    },
  };
}
