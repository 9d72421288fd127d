import type { AdminPort } from '../client/port/admin.ts';
import { kafkaErrorName } from '../client/port/kafka-error.ts';
import { errorMessage } from '../core/error-type.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';

/** The lag of a group in one partition. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Offsets from the group's commit, or from the partition's beginning without one, to its end. Transaction markers count. */
  readonly lag: bigint;
}

type Ends = ReadonlyMap<number, { readonly low: string; readonly high: string }>;

/** @throws {KafkaTracingError} `topic_missing`, which names the topic; what the client throws when the broker does not answer */
export async function lagOf(admin: AdminPort, groupId: string, topics: readonly string[]): Promise<readonly PartitionLag[]> {
  const lags = await Promise.all(
    topics.map(async (topic) => {
      const ends = await endsOf(admin, topic);
      const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
      const offsets = new Map(committed?.partitions.map(({ partition, offset }) => [partition, offset]));
      return [...ends].map(([partition, { low, high }]): PartitionLag => {
        const offset = offsets.get(partition) ?? '-1';
        return { topic, partition, lag: BigInt(high) - BigInt(Number(offset) < 0 ? low : offset) };
      });
    }),
  );
  return lags.flat();
}

async function endsOf(admin: AdminPort, topic: string): Promise<Ends> {
  try {
    return new Map((await admin.fetchTopicOffsets(topic)).map((end) => [end.partition, end]));
  } catch (error) {
    if (kafkaErrorName(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
    throw new KafkaTracingError(
      'topic_missing',
      `The lag of "${topic}" is not known: the topic, or a partition of it, does not exist at present. The broker said: ${errorMessage(error)}`,
    );
  }
}
