import { checkWhole } from './check-number.ts';
import type { Cluster } from './cluster/cluster.ts';
import { EmbeddedKafkaError } from './embedded-kafka-error.ts';
import type { Group } from './groups/group.ts';
import type { FetchedOffset } from './groups/group-offsets.ts';
import type { GroupDescription, GroupState } from './groups/group-requests.ts';

/** A committed offset of a group. */
export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  /** The next record to read. */
  readonly offset: number;
  readonly metadata: string;
}

/** A consumer group, for tests that look into it or make it change. */
export class GroupHandle {
  readonly groupId: string;
  readonly #cluster: Cluster;

  constructor(groupId: string, cluster: Cluster) {
    this.groupId = groupId;
    this.#cluster = cluster;
  }

  /** The state by Kafka's names; `Dead` where there is no such group. */
  state(): GroupState {
    return this.#cluster.groups.get(this.groupId)?.state ?? 'Dead';
  }

  /**
   * Its members and what each has been assigned.
   *
   * @throws {EmbeddedKafkaError} `not_found`
   */
  describe(): GroupDescription {
    return this.#group().describe();
  }

  /** What it has committed, in the order of the first commits; nothing where there is no such group. */
  committedOffsets(): CommittedOffset[] {
    const offsets: FetchedOffset[] = this.#cluster.groups.get(this.groupId)?.fetchOffsets(null, false) ?? [];
    return offsets.map(({ topic, partition, committedOffset, metadata }) => ({ topic, partition, offset: committedOffset, metadata }));
  }

  /**
   * Takes a member out as the end of its session would: the others share what it had.
   *
   * @throws {EmbeddedKafkaError} `not_found`
   */
  expireMember(memberId: string): void {
    this.#group().expireMember(memberId);
  }

  /**
   * Calls all members together, as a change of one of them would.
   *
   * @throws {EmbeddedKafkaError} `not_found` where there is no such group, or nobody in it
   */
  triggerRebalance(): void {
    this.#group().triggerRebalance();
  }

  /**
   * Makes another broker its coordinator: its members are told NOT_COORDINATOR, look for the new one and go on there.
   *
   * @throws {EmbeddedKafkaError} `not_found` where there is no such broker that is up; `invalid_option`
   */
  moveCoordinator(nodeId: number): void {
    checkWhole('nodeId', nodeId, 1);
    this.#cluster.requireUp(nodeId);
    this.#cluster.moveCoordinator(this.groupId, nodeId);
  }

  /** Resolves when the group is in that state, which it may be already. */
  async reaches(state: GroupState): Promise<void> {
    while (this.state() !== state) {
      const group = this.#group();
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = group.onChange(resolve);
      await promise;
      stop();
    }
  }

  #group(): Group {
    const group = this.#cluster.groups.get(this.groupId);
    if (group === undefined) throw new EmbeddedKafkaError('not_found', `There is no group ${this.groupId}`);
    return group;
  }
}
