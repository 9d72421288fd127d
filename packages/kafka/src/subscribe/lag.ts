import type { Admin } from 'kafkajs';

/** How far a partition is behind. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Messages from the group's committed offset to the partition's end. */
  readonly lag: bigint;
}

/** @throws what kafkajs throws when the broker does not answer */
export async function lagOf(admin: Admin, groupId: string, topics: readonly string[]): Promise<readonly PartitionLag[]> {
  const committed = await admin.fetchOffsets({ groupId, topics: [...topics] });
  const lags = await Promise.all(
    committed.map(async ({ topic, partitions }) => {
      const ends = new Map((await admin.fetchTopicOffsets(topic)).map((end) => [end.partition, end]));
      return partitions.map(({ partition, offset }): PartitionLag => {
        const { low = '0', high = '0' } = ends.get(partition) ?? {};
        return { topic, partition, lag: BigInt(high) - BigInt(offset === '-1' ? low : offset) };
      });
    }),
  );
  return lags.flat();
}
