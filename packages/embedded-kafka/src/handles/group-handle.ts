import { checkWhole, EmbeddedKafkaError } from '../core/embedded-kafka-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { AnyGroup } from '../groups/group-coordinator.ts';
import type { FetchedOffset } from '../groups/any/group-offsets.ts';
import type { GroupDescription, GroupState } from '../groups/any/group-requests.ts';

/** A committed offset of a group. */
export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  /** The offset of the next record to read. */
  readonly offset: number;
  /** The metadata of the commit; empty when it has none. */
  readonly metadata: string;
}

/** A consumer group, for tests that inspect it or make it rebalance. */
export class GroupHandle {
  readonly groupId: string;
  readonly #cluster: Cluster;

  constructor(groupId: string, cluster: Cluster) {
    this.groupId = groupId;
    this.#cluster = cluster;
  }

  /** The group's state by Kafka's names; `Dead` when the group does not exist. */
  state(): GroupState {
    return this.#cluster.groups.get(this.groupId)?.state ?? 'Dead';
  }

  /**
   * The group's members, their metadata and their assignments.
   *
   * @throws {EmbeddedKafkaError} `not_found` when the group does not exist
   */
  describe(): GroupDescription {
    return this.#group().describe();
  }

  /** The group's committed offsets, in the order of their first commits; empty when the group does not exist. */
  committedOffsets(): CommittedOffset[] {
    const offsets: FetchedOffset[] = this.#cluster.groups.get(this.groupId)?.fetchOffsets(null, false) ?? [];
    return offsets.map(({ topic, partition, committedOffset, metadata }) => ({ topic, partition, offset: committedOffset, metadata }));
  }

  /**
   * Removes a member as its session timeout would: the other members take over its partitions.
   *
   * @throws {EmbeddedKafkaError} `not_found` when the group or the member does not exist
   */
  expireMember(memberId: string): void {
    this.#group().expireMember(memberId);
  }

  /**
   * Starts a rebalance, as a change of a member would.
   *
   * @throws {EmbeddedKafkaError} `not_found` when the group does not exist or has no members
   */
  triggerRebalance(): void {
    this.#group().triggerRebalance();
  }

  /**
   * Makes another broker the coordinator. Members receive NOT_COORDINATOR, look the coordinator up and continue there.
   *
   * @throws {EmbeddedKafkaError} `not_found` when no broker with this id is up; `invalid_option` when `nodeId` is not a
   *   whole number of at least 1
   */
  moveCoordinator(nodeId: number): void {
    checkWhole('nodeId', nodeId, 1);
    this.#cluster.requireUp(nodeId);
    this.#cluster.moveCoordinator(this.groupId, nodeId);
  }

  /**
   * Resolves when the group is in the state, at once when it is in it already.
   *
   * @throws {EmbeddedKafkaError} `not_found` when the group does not exist, or is deleted while waiting
   */
  async reaches(state: GroupState): Promise<void> {
    while (this.state() !== state) {
      const group = this.#group();
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = group.onChange(resolve);
      await promise;
      stop();
    }
  }

  #group(): AnyGroup {
    const group = this.#cluster.groups.get(this.groupId);
    if (group === undefined) throw new EmbeddedKafkaError('not_found', `There is no group ${this.groupId}`);
    return group;
  }
}
