import type { Admin } from 'kafkajs';
import { partitionKey } from '../../client/record.ts';

/**
 * Where the partitions begin that the group has no commit of. A group that has committed anything is not new: what it has no commit
 * of is read from its beginning, as it may hold records that were meant for the group. A new group begins where `fromBeginning`
 * says, at the ends as they were before it was joined.
 */
export class StartingOffsets {
  /** The ends of partitions, while the group is new and begins at them. */
  #ends: ReadonlyMap<string, bigint>;

  private constructor(ends: ReadonlyMap<string, bigint>) {
    this.#ends = ends;
  }

  /**
   * @param topics whose records the user asked for; retry topics always begin at their beginning
   * @throws what kafkajs throws when the broker does not answer
   */
  static async of(admin: Admin, groupId: string, topics: readonly string[], fromBeginning: boolean): Promise<StartingOffsets> {
    const ends = new Map<string, bigint>();
    // First, as kafkajs cannot ask for a group before it has asked for a topic.
    for (const topic of topics)
      for (const { partition, high } of await admin.fetchTopicOffsets(topic)) ends.set(partitionKey(topic, partition), BigInt(high));
    const committed = await admin.fetchOffsets({ groupId });
    // -2 is what kafkajs commits where it reads from the beginning: no place, but a sign that the group was there.
    const isNewGroup = !committed.some(({ partitions }) => partitions.some(({ offset }) => offset !== '-1'));
    return new StartingOffsets(isNewGroup && !fromBeginning ? ends : new Map());
  }

  /** Where a partition without a commit begins: -1 stands for its beginning, wherever that is by then. */
  of(topic: string, partition: number): bigint {
    return this.#ends.get(partitionKey(topic, partition)) ?? -1n;
  }

  /** The group has commits now: it is not new any more, whatever becomes of them. */
  committed(): void {
    this.#ends = new Map();
  }
}
