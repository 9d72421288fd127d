import { EmbeddedKafkaError } from '../../core/embedded-kafka-error.ts';
import type { ErrorName } from '../../core/error-codes.ts';
import { BaseGroup } from '../any/base-group.ts';
import type { GroupOffsets, OffsetToCommit, TopicPartition } from '../any/group-offsets.ts';
import type {
  DeleteOffsetsResult,
  GenerationIdentity,
  GroupDescription,
  GroupState,
  LeaveResult,
  LeavingMember,
} from '../any/group-requests.ts';
import { type AssignableTopics, partitionKey } from './assignors/assignable-partitions.ts';
import { describeClassically, describeMembers, type ConsumerMemberDescription } from './consumer-group-description.ts';
import type { ConsumerMember } from './consumer-member.ts';
import { ConsumerMembership, type ConsumerMembershipOptions } from './consumer-membership.ts';
import { preferredAssignor } from './assignors/assignors.ts';
import type { HeartbeatRequest, HeartbeatResult } from './heartbeat-request.ts';

/** What a commit of a member says. */
interface Commit extends GenerationIdentity {
  readonly offsets: readonly OffsetToCommit[];
  /** Whether the request's version has member epochs. */
  readonly knowsMemberEpochs?: boolean | undefined;
}

/** One group of the consumer protocol (KIP-848): its members, their assignment and the committed offsets. */
export class ConsumerGroup extends BaseGroup {
  readonly type = 'consumer';
  readonly #membership: ConsumerMembership;
  readonly #topics: AssignableTopics;
  #isDead = false;

  constructor(groupId: string, options: Omit<ConsumerMembershipOptions, 'onChange'>, offsets: GroupOffsets) {
    super(groupId, offsets);
    this.#membership = new ConsumerMembership(groupId, { ...options, onChange: () => this.changed() });
    this.#topics = options.topics;
  }

  get state(): GroupState {
    const { members, target } = this.#membership;
    if (this.#isDead) return 'Dead';
    if (members.size === 0) return 'Empty';
    if (target.groupEpoch > target.epoch) return 'Assigning';
    const isThere = ({ isAway, progress }: ConsumerMember): boolean =>
      !isAway && progress.state === 'stable' && progress.epoch === target.epoch;
    return [...members].every(isThere) ? 'Stable' : 'Reconciling';
  }

  /** The group epoch, which takes the place of a generation. */
  get generationId(): number {
    return this.#membership.target.groupEpoch;
  }

  /** The epoch of the group for which its partitions were assigned. */
  get assignmentEpoch(): number {
    return this.#membership.target.epoch;
  }

  /** The assignor that most members ask for. */
  get assignorName(): string {
    return preferredAssignor(Array.from(this.#membership.members, ({ serverAssignor }) => serverAssignor));
  }

  heartbeat(request: HeartbeatRequest): HeartbeatResult {
    return this.#membership.heartbeat(request);
  }

  /** Removes members that an administrator names, or that leave by the classic protocol. */
  leave(leaving: readonly LeavingMember[]): LeaveResult {
    const members = leaving.map((one): LeaveResult['members'][number] => {
      const { memberId, groupInstanceId: instanceId } = one;
      const holder = memberId === '' && instanceId !== null ? this.#membership.members.ofInstance(instanceId) : undefined;
      const member = holder ?? this.#membership.members.find({ memberId, instanceId });
      if ('error' in member) return { ...one, error: member.error };
      this.#membership.remove(member);
      return { ...one, error: 'NONE' };
    });
    return { error: 'NONE', members };
  }

  /** Commits offsets. Returns an error for each, in the order given. */
  commit(request: Commit): ErrorName[] {
    const error = this.#checkCommit(request);
    if (error !== 'NONE') return request.offsets.map(() => error);
    this.changed();
    return this.offsets.commit(request.offsets);
  }

  /** Keeps offsets until the transaction of `producerId` ends. Returns an error for each, in the order given. */
  commitPending(request: Commit & { readonly producerId: number }): ErrorName[] {
    const { memberId, groupInstanceId, generationId } = request;
    // Before version 3, TxnOffsetCommit names no member, and any producer may commit.
    const isAnonymous = memberId === '' && groupInstanceId === null && generationId < 0;
    const error = isAnonymous && !this.#isDead ? 'NONE' : this.#checkCommit({ ...request, knowsMemberEpochs: true });
    // TxnOffsetCommit has no error of its own for a wrong epoch.
    const known: ErrorName = error === 'STALE_MEMBER_EPOCH' ? 'ILLEGAL_GENERATION' : error;
    if (known !== 'NONE') return request.offsets.map(() => known);
    return this.offsets.commitPending(request.producerId, request.offsets);
  }

  /** Whether a member may fetch offsets: nobody in particular may, and a member in its epoch. */
  checkFetch(memberId: string | null, memberEpoch: number): ErrorName {
    if (memberId === null && memberEpoch < 0) return 'NONE';
    const member = this.#membership.members.get(memberId ?? '');
    if (member === undefined) return 'UNKNOWN_MEMBER_ID';
    return memberEpoch === member.progress.epoch ? 'NONE' : 'STALE_MEMBER_EPOCH';
  }

  /** Deletes committed offsets. Returns GROUP_SUBSCRIBED_TO_TOPIC for a topic that members subscribe to. */
  deleteOffsets(partitions: readonly TopicPartition[]): DeleteOffsetsResult {
    const members = [...this.#membership.members];
    const results = partitions.map((partition): ErrorName => {
      if (members.some((member) => member.subscribesTo(partition.topic))) return 'GROUP_SUBSCRIBED_TO_TOPIC';
      this.offsets.delete(partition);
      return 'NONE';
    });
    this.changed();
    return { error: 'NONE', partitions: results };
  }

  /** The group as one of the classic protocol is described. */
  describe(): GroupDescription {
    const { groupId, state, generationId, assignorName } = this;
    const members = describeClassically(this.#membership, this.#topics);
    return { groupId, state, generationId, protocolType: 'consumer', protocolName: assignorName, members };
  }

  /** The members as ConsumerGroupDescribe describes them. */
  describeMembers(): ConsumerMemberDescription[] {
    return describeMembers(this.#membership, this.#topics);
  }

  /** Deletes the group; NON_EMPTY_GROUP while it has members. */
  delete(): ErrorName {
    if (this.#membership.members.size > 0) return 'NON_EMPTY_GROUP';
    this.close();
    return 'NONE';
  }

  /**
   * Removes a member as its session timeout would.
   *
   * @throws {EmbeddedKafkaError} `not_found` when the group has no such member
   */
  expireMember(memberId: string): void {
    const member = this.#membership.members.get(memberId);
    if (member === undefined) throw new EmbeddedKafkaError('not_found', `The group ${this.groupId} has no member ${memberId}`);
    this.#membership.remove(member);
  }

  /**
   * Has the group assigned again at the next heartbeat, as a change of a member would.
   *
   * @throws {EmbeddedKafkaError} `not_found` when the group has no members
   */
  triggerRebalance(): void {
    if (this.#membership.members.size === 0) throw new EmbeddedKafkaError('not_found', `The group ${this.groupId} has no members`);
    this.#membership.target.bump();
    this.changed();
  }

  /** What members see when another broker becomes their coordinator: their sessions start again. */
  failOver(): void {
    for (const member of this.#membership.members) this.#membership.keepAlive(member);
  }

  /** Cancels all timers, and ends the group. */
  override close(): void {
    for (const member of this.#membership.members) member.stopTimers();
    this.#isDead = true;
    this.changed();
  }

  /** A member that has lost a response commits by the epoch before, as long as it had the partition then. */
  #checkCommit({ memberId, generationId: epoch, offsets, knowsMemberEpochs }: Commit): ErrorName {
    const { members } = this.#membership;
    if (this.#isDead) return 'COORDINATOR_NOT_AVAILABLE';
    if (epoch < 0 && members.size === 0) return 'NONE';
    const member = members.get(memberId);
    if (member === undefined) return 'UNKNOWN_MEMBER_ID';
    if (knowsMemberEpochs !== true) return 'UNSUPPORTED_VERSION';
    if (epoch === member.progress.epoch) return 'NONE';
    const hadAll = offsets.every(({ topic, partition }) => {
      const since = member.assignedSince(partitionKey(this.#topics.get(topic)?.id ?? '', partition));
      return since !== undefined && since <= epoch;
    });
    return hadAll && epoch < member.progress.epoch ? 'NONE' : 'STALE_MEMBER_EPOCH';
  }
}
