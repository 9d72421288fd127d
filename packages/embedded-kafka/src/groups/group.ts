import { EmbeddedKafkaError } from '../embedded-kafka-error.ts';
import type { ErrorName } from '../error-codes.ts';
import { type FetchedOffset, GroupOffsets, type OffsetToCommit, type TopicPartition } from './group-offsets.ts';
import type {
  DeleteOffsetsResult,
  GenerationIdentity,
  GroupDescription,
  GroupState,
  JoinRequest,
  JoinResult,
  LeaveResult,
  LeavingMember,
  SyncRequest,
  SyncResult,
} from './group-requests.ts';
import { Membership, type MembershipOptions } from './membership.ts';
import { subscribedTopics } from './subscribed-topics.ts';

/**
 * One group of the classic protocol: its members, their generations and the offsets that they committed.
 * It behaves as Apache Kafka's own, also in what it answers to late, repeated and fenced requests.
 * Everything happens at once; only a join or sync that waits for other members resolves later, and never rejects.
 */
export class Group {
  readonly groupId: string;
  readonly #membership: Membership;
  readonly #offsets: GroupOffsets;
  readonly #listeners = new Set<() => void>();
  #notifying = false;

  constructor(groupId: string, options: MembershipOptions) {
    this.groupId = groupId;
    this.#membership = new Membership(options, () => this.#changed());
    this.#offsets = new GroupOffsets(options.config.offsetMetadataMaxBytes);
  }

  get state(): GroupState {
    return this.#membership.rebalance.state;
  }

  /** Counts the generations; 0 before the first. */
  get generationId(): number {
    return this.#membership.rebalance.generationId;
  }

  /** Resolves when the generation begins that the member is part of, or at once with the reason why it is not. */
  join(request: JoinRequest): Promise<JoinResult> {
    this.#changed();
    return this.#membership.join(request);
  }

  /** Resolves when the leader of this generation assigned, or at once with the assignment or the reason why there is none. */
  sync(request: SyncRequest): Promise<SyncResult> {
    return this.#membership.sync(request);
  }

  heartbeat(request: GenerationIdentity): ErrorName {
    return this.#membership.heartbeat(request);
  }

  leave(members: readonly LeavingMember[]): LeaveResult {
    this.#changed();
    return this.#membership.leave(members);
  }

  /** Commits offsets; answers for each, in the order given. */
  commit(request: GenerationIdentity & { readonly offsets: readonly OffsetToCommit[] }): ErrorName[] {
    let error = this.#checkCommit(request);
    if (error === 'NONE' && this.state === 'CompletingRebalance') error = 'REBALANCE_IN_PROGRESS';
    if (error !== 'NONE') return request.offsets.map(() => error);
    this.#membership.keepAlive(request.memberId);
    this.#changed();
    return this.#offsets.commit(request.offsets);
  }

  /** Keeps offsets until the transaction of `producerId` ends; answers for each, in the order given. */
  commitPending(request: GenerationIdentity & { readonly producerId: number; readonly offsets: readonly OffsetToCommit[] }): ErrorName[] {
    // Before version 3 of TxnOffsetCommit no member is named, and any producer may.
    const error = isAnonymous(request) && this.state !== 'Dead' ? 'NONE' : this.#checkCommit(request);
    if (error !== 'NONE') return request.offsets.map(() => error);
    return this.#offsets.commitPending(request.producerId, request.offsets);
  }

  /** The transaction of `producerId` ended: its offsets are the group's, or are forgotten. */
  completeTransaction(producerId: number, commit: boolean): void {
    this.#offsets.completeTransaction(producerId, commit);
    this.#changed();
  }

  /** See {@link GroupOffsets.fetch}. */
  fetchOffsets(partitions: readonly TopicPartition[] | null, requireStable: boolean): FetchedOffset[] {
    return this.#offsets.fetch(partitions, requireStable);
  }

  /**
   * Forgets committed offsets. Refuses GROUP_SUBSCRIBED_TO_TOPIC for a topic that members still read, and
   * NON_EMPTY_GROUP for all when the members are no consumers, so that nobody can tell what they read.
   */
  deleteOffsets(partitions: readonly TopicPartition[]): DeleteOffsetsResult {
    const { registry, rebalance } = this.#membership;
    if (this.state === 'Dead') return { error: 'GROUP_ID_NOT_FOUND', partitions: [] };
    if (this.state !== 'Empty' && registry.protocolType !== 'consumer') return { error: 'NON_EMPTY_GROUP', partitions: [] };
    const subscribed = subscribedTopics(registry, rebalance.protocolName);
    const results = partitions.map((partition): ErrorName => {
      if (subscribed === undefined || subscribed.has(partition.topic)) return 'GROUP_SUBSCRIBED_TO_TOPIC';
      this.#offsets.delete(partition);
      return 'NONE';
    });
    this.#changed();
    return { error: 'NONE', partitions: results };
  }

  /** The topic was deleted: so are its offsets, also what a transaction is still to decide. */
  deleteTopic(topic: string): void {
    this.#offsets.deleteTopic(topic);
    this.#changed();
  }

  describe(): GroupDescription {
    const { registry, rebalance } = this.#membership;
    const protocolName = this.state === 'Stable' ? rebalance.protocolName : null;
    return {
      groupId: this.groupId,
      state: this.state,
      generationId: this.generationId,
      protocolType: registry.protocolType,
      protocolName: protocolName ?? '',
      members: Array.from(registry.members, (member) => member.describe(protocolName)),
    };
  }

  /** Ends the group: NON_EMPTY_GROUP while it has members. */
  delete(): ErrorName {
    if (this.state === 'Dead') return 'GROUP_ID_NOT_FOUND';
    if (this.state !== 'Empty') return 'NON_EMPTY_GROUP';
    this.close();
    return 'NONE';
  }

  /**
   * Takes a member out as the end of its session would.
   *
   * @throws {EmbeddedKafkaError} `not_found` when the group has no such member
   */
  expireMember(memberId: string): void {
    const { registry } = this.#membership;
    if (registry.get(memberId) === undefined && !registry.pending.has(memberId)) {
      throw new EmbeddedKafkaError('not_found', `The group ${this.groupId} has no member ${memberId}`);
    }
    this.#membership.expire(memberId);
    this.#changed();
  }

  /**
   * Calls all members together, as a change of one of them would. Does nothing more when that is under way already.
   *
   * @throws {EmbeddedKafkaError} `not_found` when the group has no members
   */
  triggerRebalance(): void {
    const { registry, rebalance } = this.#membership;
    if (registry.size === 0) throw new EmbeddedKafkaError('not_found', `The group ${this.groupId} has no members`);
    rebalance.prepareOrComplete();
  }

  /**
   * What members see when another broker becomes their coordinator: whoever waits is told NOT_COORDINATOR, who was not
   * in a generation yet is forgotten, and all sessions begin anew.
   */
  failOver(): void {
    if (this.state !== 'Dead') this.#membership.failOver();
  }

  /** Answers whoever waits with COORDINATOR_NOT_AVAILABLE, takes all timers back, and ends the group. */
  close(): void {
    this.#membership.end();
  }

  /**
   * Calls `listener` after a change of state, members or offsets, when all of the change is done: once for all that
   * changed together, in a microtask.
   *
   * @returns takes the listener back
   */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #checkCommit(request: GenerationIdentity): ErrorName {
    if (this.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
    // An administrator, or a consumer that assigns its partitions itself: nobody else is there to contradict.
    if (request.generationId < 0 && this.state === 'Empty') return 'NONE';
    return isAnonymous(request) ? 'UNKNOWN_MEMBER_ID' : this.#membership.checkGeneration(request);
  }

  #changed(): void {
    if (this.#notifying) return;
    this.#notifying = true;
    queueMicrotask(() => {
      this.#notifying = false;
      for (const listener of this.#listeners) listener();
    });
  }
}

function isAnonymous({ memberId, groupInstanceId, generationId }: GenerationIdentity): boolean {
  return generationId < 0 && memberId === '' && groupInstanceId === null;
}
