import type { AdminPort } from '../../client/port/admin.ts';
import { partitionKey } from '../../client/record.ts';

/**
 * Where partitions start that the group has no commit of. A group that has committed anything is not new: partitions without a commit
 * are read from their beginning, as they may hold records that were meant for the group. A new group starts at `fromBeginning`,
 * or at the ends of the partitions before the group was joined.
 */
export class StartingOffsets {
  /** The ends of partitions, while the group is new and starts at them. */
  #ends: ReadonlyMap<string, bigint>;

  private constructor(ends: ReadonlyMap<string, bigint>) {
    this.#ends = ends;
  }

  /**
   * @param topics the topics of the options; retry topics always start at their beginning
   * @throws what the client throws when the broker does not answer
   */
  static async of(admin: AdminPort, groupId: string, topics: readonly string[], fromBeginning: boolean): Promise<StartingOffsets> {
    const ends = new Map<string, bigint>();
    // First, as kafkajs cannot describe a group before it has requested a topic.
    for (const topic of topics)
      for (const { partition, high } of await admin.fetchTopicOffsets(topic)) ends.set(partitionKey(topic, partition), BigInt(high));
    const isNewGroup = !(await hasCommits(admin, groupId));
    return new StartingOffsets(isNewGroup && !fromBeginning ? ends : new Map());
  }

  /** The starting offset of a partition without a commit: -1 stands for its beginning at that time. */
  of(topic: string, partition: number): bigint {
    return this.#ends.get(partitionKey(topic, partition)) ?? -1n;
  }

  /** The group has commits now: it is no longer new. */
  committed(): void {
    this.#ends = new Map();
  }

  /**
   * For a member without partitions, which commits nothing itself: whether the group is no longer new. A commit counts later, too, when it was
   * deleted with its topic: the ends were those of another log.
   *
   * @throws what the client throws when the broker does not answer
   */
  async isGroupKnown(admin: AdminPort, groupId: string): Promise<boolean> {
    if (this.#ends.size > 0 && (await hasCommits(admin, groupId))) this.committed();
    return this.#ends.size === 0;
  }
}

async function hasCommits(admin: AdminPort, groupId: string): Promise<boolean> {
  const committed = await admin.fetchOffsets({ groupId });
  // -2 is kafkajs' commit when it reads from the beginning: no offset, but a sign that the group existed.
  return committed.some(({ partitions }) => partitions.some(({ offset }) => offset !== '-1'));
}
