import type { AdminPort } from '../../client/port/admin.ts';
import type { TopicPartition } from '../../client/record.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';

/**
 * Milliseconds for which a member waits for another one to leave: longer with the first partition, so that of two that wait for each other
 * one goes on.
 */
const patience = { first: 15_000, other: 7_500 };

/**
 * Ensures that a group has one member, which reads all partitions: a second replay of a topic in the same group would get some of
 * the partitions, or none, and wait for ever.
 */
export class GroupGuard {
  readonly #groupId: string;
  readonly #topic: string;
  readonly #partitions: readonly number[];
  readonly #refuse: (error: KafkaTracingError) => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param refuse called after the join when the group has other members */
  constructor(groupId: string, topic: string, partitions: readonly number[], refuse: (error: KafkaTracingError) => void) {
    this.#groupId = groupId;
    this.#topic = topic;
    this.#partitions = partitions;
    this.#refuse = refuse;
  }

  /** @throws {KafkaTracingError} `group_in_use`: the group has members */
  async beforeJoining(admin: Pick<AdminPort, 'describeGroups'>): Promise<void> {
    const [group] = (await admin.describeGroups([this.#groupId])).groups;
    if ((group?.members.length ?? 0) > 0) throw groupInUse(this.#groupId, this.#topic);
  }

  /**
   * When two join at the same time, the leader stays and gets the other's partitions: a member that is not the leader is not alone. Where
   * the client has not told, the one with the first partition stays.
   *
   * @param places all that this member has
   */
  joined(places: readonly TopicPartition[], isLeader: boolean | undefined): void {
    const assigned = new Set(places.map(({ partition }) => partition));
    this.stop();
    const hasFirst = assigned.has(Math.min(...this.#partitions));
    const refuse = (): void => this.#refuse(groupInUse(this.#groupId, this.#topic));
    if (!(isLeader ?? hasFirst)) refuse();
    else if (!this.#partitions.every((partition) => assigned.has(partition)))
      this.#timer = setTimeout(refuse, hasFirst ? patience.first : patience.other);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** The error of a replay of `topic` when `groupId` has a member already. */
export function groupInUse(groupId: string, topic: string): KafkaTracingError {
  return new KafkaTracingError(
    'group_in_use',
    `The group "${groupId}" has a member: "${topic}" is being replayed already. ` +
      `Wait until that ends (a process that was killed is forgotten after 10 s), or use another group, ` +
      `which begins at the topic's beginning: groupId, or --group.`,
  );
}

/** The error of a replay of `topic` that was expelled from its group, when another one has committed in `groupId` before it joined again. */
export function replayedMeanwhile(groupId: string, topic: string): KafkaTracingError {
  return new KafkaTracingError(
    'group_in_use',
    `Another replay of "${topic}" has committed in the group "${groupId}" while this one had lost its membership, as it did not run or did ` +
      `not reach the brokers. Start it again: it leaves out what the other one has sent.`,
  );
}
