import type { AdminPort } from '../client/port/admin.ts';
import { highWatermarks } from '../client/port/high-watermarks.ts';
import { kafkaErrorName } from '../client/port/kafka-error.ts';
import { errorMessage } from '../core/error-type.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';

/** The lag of a group in one partition. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Offsets from the group's commit, or from the partition's beginning without one, to its end; never negative. Transaction markers count. */
  readonly lag: bigint;
}

/** @throws {KafkaTracingError} `topic_missing`, which names the topic; what the client throws when the broker does not answer */
export async function lagOf(admin: AdminPort, groupId: string, topics: readonly string[]): Promise<readonly PartitionLag[]> {
  const lags = await Promise.all(topics.map((topic) => lagOfTopic(admin, groupId, topic)));
  return lags.flat();
}

async function lagOfTopic(admin: AdminPort, groupId: string, topic: string): Promise<readonly PartitionLag[]> {
  try {
    // Before the ends: the group may commit what is written in between.
    const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const offsets = new Map(committed?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
    const ends = await admin.fetchTopicOffsets(topic);
    const watermarks = await highWatermarks(admin, topic, ends, offsets);
    return ends.map(({ partition, low, high }) => {
      const offset = offsets.get(partition) ?? -1n;
      // A commit beyond the end is of the topic before it was created again: this one is read from its beginning.
      const isOfThisLog = offset >= 0n && offset <= (watermarks.get(partition) as bigint);
      const lag = BigInt(high) - (isOfThisLog ? offset : BigInt(low));
      // Behind a transaction that is open nothing can be read yet.
      return { topic, partition, lag: lag > 0n ? lag : 0n };
    });
  } catch (error) {
    if (kafkaErrorName(error) === 'UNKNOWN_TOPIC_OR_PARTITION') throw topicMissing(topic, error);
    throw error;
  }
}

function topicMissing(topic: string, error: unknown): KafkaTracingError {
  return new KafkaTracingError(
    'topic_missing',
    `The lag of "${topic}" is not known: the topic, or a partition of it, does not exist at present. The broker said: ${errorMessage(error)}`,
  );
}
