import { EmbeddedKafkaError } from '../../core/embedded-kafka-error.ts';
import type { ErrorName } from '../../core/error-codes.ts';
import { GroupOffsets, type OffsetToCommit, type TopicPartition } from '../any/group-offsets.ts';
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
} from '../any/group-requests.ts';
import type { MembershipOptions } from '../any/group-config.ts';
import { BaseGroup } from '../any/base-group.ts';
import { Membership } from './membership.ts';
import type { MemberRegistry } from './member-registry.ts';

/**
 * One group of the classic protocol: its members, generations and committed offsets.
 * It behaves as Apache Kafka's groups do, also towards late, repeated and fenced requests.
 * All calls take effect at once. Only a join or sync that waits for other members resolves later; none rejects.
 */
export class Group extends BaseGroup {
  readonly type = 'classic';
  readonly #membership: Membership;

  /** @param offsets those of the group before it had this type */
  constructor(
    groupId: string,
    options: MembershipOptions,
    offsets: GroupOffsets = new GroupOffsets(options.config.offsetMetadataMaxBytes),
  ) {
    super(groupId, offsets);
    this.#membership = new Membership(options, () => this.changed());
  }

  get state(): GroupState {
    return this.#membership.rebalance.state;
  }

  /** The current generation; 0 before the first. */
  get generationId(): number {
    return this.#membership.rebalance.generationId;
  }

  /** Resolves when the member's generation starts, or at once with the current generation or an error. */
  join(request: JoinRequest): Promise<JoinResult> {
    this.changed();
    return this.#membership.join(request);
  }

  /** Resolves when the leader sends the assignments, or at once with the assignment or an error. */
  sync(request: SyncRequest): Promise<SyncResult> {
    return this.#membership.sync(request);
  }

  heartbeat(request: GenerationIdentity): ErrorName {
    return this.#membership.heartbeat(request);
  }

  leave(members: readonly LeavingMember[]): LeaveResult {
    this.changed();
    return this.#membership.leave(members);
  }

  /** Commits offsets. Returns an error for each, in the order given. */
  commit(request: GenerationIdentity & { readonly offsets: readonly OffsetToCommit[] }): ErrorName[] {
    let error = this.#checkCommit(request);
    if (error === 'NONE' && this.state === 'CompletingRebalance') error = 'REBALANCE_IN_PROGRESS';
    if (error !== 'NONE') return request.offsets.map(() => error);
    this.#membership.keepAlive(request.memberId);
    this.changed();
    return this.offsets.commit(request.offsets);
  }

  /** Keeps offsets until the transaction of `producerId` ends. Returns an error for each, in the order given. */
  commitPending(request: GenerationIdentity & { readonly producerId: number; readonly offsets: readonly OffsetToCommit[] }): ErrorName[] {
    // Before version 3, TxnOffsetCommit names no member, and any producer may commit.
    const error = isAnonymous(request) && this.state !== 'Dead' ? 'NONE' : this.#checkCommit(request);
    if (error !== 'NONE') return request.offsets.map(() => error);
    return this.offsets.commitPending(request.producerId, request.offsets);
  }

  /**
   * Deletes committed offsets. Returns GROUP_SUBSCRIBED_TO_TOPIC for a topic that members subscribe to, and
   * NON_EMPTY_GROUP when the members are not consumers, as their subscriptions cannot be known.
   */
  deleteOffsets(partitions: readonly TopicPartition[]): DeleteOffsetsResult {
    const { registry, rebalance } = this.#membership;
    if (this.state === 'Dead') return { error: 'GROUP_ID_NOT_FOUND', partitions: [] };
    if (this.state !== 'Empty' && registry.protocolType !== 'consumer') return { error: 'NON_EMPTY_GROUP', partitions: [] };
    const subscribed = subscribedTopics(registry, rebalance.protocolName);
    const results = partitions.map((partition): ErrorName => {
      if (subscribed === undefined || subscribed.has(partition.topic)) return 'GROUP_SUBSCRIBED_TO_TOPIC';
      this.offsets.delete(partition);
      return 'NONE';
    });
    this.changed();
    return { error: 'NONE', partitions: results };
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

  /** Deletes the group; NON_EMPTY_GROUP while it has members. */
  delete(): ErrorName {
    if (this.state === 'Dead') return 'GROUP_ID_NOT_FOUND';
    if (this.state !== 'Empty') return 'NON_EMPTY_GROUP';
    this.close();
    return 'NONE';
  }

  /**
   * Removes a member as its session timeout would.
   *
   * @throws {EmbeddedKafkaError} `not_found` when the group has no such member
   */
  expireMember(memberId: string): void {
    const { registry } = this.#membership;
    if (registry.get(memberId) === undefined && !registry.pending.has(memberId)) {
      throw new EmbeddedKafkaError('not_found', `The group ${this.groupId} has no member ${memberId}`);
    }
    this.#membership.expire(memberId);
    this.changed();
  }

  /**
   * Starts a rebalance, as a change of a member would. During a rebalance it has no effect.
   *
   * @throws {EmbeddedKafkaError} `not_found` when the group has no members
   */
  triggerRebalance(): void {
    const { registry, rebalance } = this.#membership;
    if (registry.size === 0) throw new EmbeddedKafkaError('not_found', `The group ${this.groupId} has no members`);
    rebalance.prepareOrComplete();
  }

  /**
   * What members see when another broker becomes their coordinator: delayed requests are answered NOT_COORDINATOR,
   * members that were in no generation yet are removed, and all sessions restart.
   */
  failOver(): void {
    if (this.state !== 'Dead') this.#membership.failOver();
  }

  /** Answers delayed requests with COORDINATOR_NOT_AVAILABLE, cancels all timers, and ends the group. */
  override close(): void {
    this.#membership.end();
  }

  #checkCommit(request: GenerationIdentity): ErrorName {
    if (this.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
    // Only an administrator or a consumer that assigns its partitions itself commits to an empty group.
    if (request.generationId < 0 && this.state === 'Empty') return 'NONE';
    return isAnonymous(request) ? 'UNKNOWN_MEMBER_ID' : this.#membership.checkGeneration(request);
  }
}

function isAnonymous({ memberId, groupInstanceId, generationId }: GenerationIdentity): boolean {
  return generationId < 0 && memberId === '' && groupInstanceId === null;
}

/**
 * The topics that the members of a consumer group subscribe to, read from their metadata.
 * Undefined when they are unknown: no assignor is selected, or the metadata is not of the consumer protocol.
 * Source: Kafka's ConsumerProtocolSubscription, whose version 0 is a prefix of every later version.
 */
function subscribedTopics(registry: MemberRegistry, protocolName: string | null): ReadonlySet<string> | undefined {
  if (registry.size === 0) return new Set();
  if (protocolName === null) return undefined;
  const topics = new Set<string>();
  for (const member of registry.members) {
    const names = topicsOf(member.metadata(protocolName));
    if (names === undefined) return undefined;
    for (const name of names) topics.add(name);
  }
  return topics;
}

function topicsOf(subscription: Buffer): string[] | undefined {
  if (subscription.length < 6) return undefined;
  const count = subscription.readInt32BE(2);
  const names: string[] = [];
  let at = 6;
  // Each name has at least its length: a count that is too large fails at the first missing name.
  for (let i = 0; i < count; i += 1) {
    if (subscription.length < at + 2) return undefined;
    const length = subscription.readInt16BE(at);
    at += 2;
    if (length < 0 || subscription.length < at + length) return undefined;
    names.push(subscription.toString('utf8', at, at + length));
    at += length;
  }
  return names;
}
