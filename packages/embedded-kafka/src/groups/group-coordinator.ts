import { randomUUID } from 'node:crypto';
import type { Timers } from '../core/suspendable-clock.ts';
import type { ErrorName } from '../core/error-codes.ts';
import { type ConsumerGroupConfig, type GroupConfig, defaultConsumerGroupConfig, defaultGroupConfig } from './any/group-config.ts';
import { Group } from './classic/group.ts';
import { type FetchedOffset, GroupOffsets, type OffsetToCommit, type TopicPartition } from './any/group-offsets.ts';
import type {
  DeleteOffsetsResult,
  GenerationIdentity,
  JoinRequest,
  JoinResult,
  LeaveResult,
  LeavingMember,
  SyncRequest,
  SyncResult,
} from './any/group-requests.ts';
import { failedJoin, failedSync } from './classic/member.ts';
import type { AssignableTopics } from './consumer/assignors/assignable-partitions.ts';
import { assignorNames } from './consumer/assignors/assignors.ts';
import { ConsumerGroup } from './consumer/consumer-group.ts';
import {
  failedHeartbeat,
  type HeartbeatRequest,
  type HeartbeatResult,
  problem,
  requestProblem,
  specialEpochs,
} from './consumer/heartbeat-request.ts';

/** The id of the group that a request is for. */
export interface InGroup {
  readonly groupId: string;
}

/** A group of either protocol. */
export type AnyGroup = Group | ConsumerGroup;

/** A request that commits offsets, or keeps them until a transaction ends. */
interface CommitRequest extends InGroup, GenerationIdentity {
  readonly offsets: readonly OffsetToCommit[];
  /** Whether the request's version has member epochs. */
  readonly knowsMemberEpochs?: boolean;
}

/** Options of a {@link GroupCoordinator}. */
export interface GroupCoordinatorOptions {
  readonly clock: Timers;
  /** Omitted settings have Apache Kafka's default, except for the initial delay: see {@link GroupConfig}. */
  readonly config?: Partial<GroupConfig> | undefined;
  /** The topics that groups of the consumer protocol assign. */
  readonly topics: AssignableTopics;
  /** What an administrator set for a group of the consumer protocol. */
  readonly consumerConfig?: (groupId: string) => ConsumerGroupConfig;
}

/** All groups by their ids, and the errors for groups that do not exist. */
export class GroupCoordinator {
  readonly #clock: Timers;
  readonly #config: GroupConfig;
  readonly #options: GroupCoordinatorOptions;
  readonly #groups = new Map<string, AnyGroup>();

  constructor(options: GroupCoordinatorOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#config = { ...defaultGroupConfig, ...options.config };
  }

  get(groupId: string): AnyGroup | undefined {
    return this.#groups.get(groupId);
  }

  /** The groups in the order of their creation. */
  list(): AnyGroup[] {
    return [...this.#groups.values()];
  }

  /** Joins a group. Only a member without an id creates a group that does not exist. */
  async join(request: JoinRequest & InGroup): Promise<JoinResult> {
    const { groupId, memberId, sessionTimeoutMs } = request;
    const { groupMinSessionTimeoutMs, groupMaxSessionTimeoutMs } = this.#config;
    if (groupId === '') return failedJoin('INVALID_GROUP_ID', memberId);
    if (!(sessionTimeoutMs >= groupMinSessionTimeoutMs && sessionTimeoutMs <= groupMaxSessionTimeoutMs)) {
      return failedJoin('INVALID_SESSION_TIMEOUT', memberId);
    }
    const existing = this.get(groupId);
    if (existing?.type === 'consumer' && existing.state !== 'Empty') return failedJoin('INCONSISTENT_GROUP_PROTOCOL', memberId);
    const group = memberId === '' ? this.#classic(groupId) : existing;
    return group?.type === 'classic' ? group.join(request) : failedJoin('UNKNOWN_MEMBER_ID', memberId);
  }

  /** A heartbeat of the consumer protocol, by which members join and leave, too. Only one that joins creates a group. */
  consumerHeartbeat(request: HeartbeatRequest & InGroup): HeartbeatResult {
    const invalid = requestProblem(request.groupId, request, assignorNames);
    if (invalid !== undefined) return failedHeartbeat(invalid);
    const group = this.#consumer(request);
    return typeof group === 'string' ? failedHeartbeat(problem('GROUP_ID_NOT_FOUND', group)) : group.heartbeat(request);
  }

  async sync(request: SyncRequest & InGroup): Promise<SyncResult> {
    if (request.groupId === '') return failedSync('INVALID_GROUP_ID');
    const group = this.get(request.groupId);
    return group?.type === 'classic' ? group.sync(request) : failedSync('UNKNOWN_MEMBER_ID');
  }

  heartbeat(request: GenerationIdentity & InGroup): ErrorName {
    if (request.groupId === '') return 'INVALID_GROUP_ID';
    const group = this.get(request.groupId);
    return group?.type === 'classic' ? group.heartbeat(request) : 'UNKNOWN_MEMBER_ID';
  }

  leave({ groupId, members }: InGroup & { readonly members: readonly LeavingMember[] }): LeaveResult {
    if (groupId === '') return { error: 'INVALID_GROUP_ID', members: [] };
    const nobody = (): LeaveResult => ({ error: 'NONE', members: members.map((one) => ({ ...one, error: 'UNKNOWN_MEMBER_ID' })) });
    return this.get(groupId)?.leave(members) ?? nobody();
  }

  /**
   * Commits offsets. Returns an error for each, in the order given. A commit without a generation creates the group.
   */
  commit(request: CommitRequest): ErrorName[] {
    return this.#toCommit(request)?.commit(request) ?? request.offsets.map(() => noGroup(request));
  }

  /** As {@link commit}, for the transaction of `producerId`. Ask the transaction coordinator first. */
  commitPending(request: CommitRequest & { readonly producerId: number }): ErrorName[] {
    return this.#toCommit(request)?.commitPending(request) ?? request.offsets.map(() => noGroup(request));
  }

  /** Whether a member of the consumer protocol may fetch offsets. Nobody else says who they are. */
  checkFetch({ groupId, memberId, memberEpoch }: InGroup & { readonly memberId: string | null; readonly memberEpoch: number }): ErrorName {
    const group = this.get(groupId);
    return group?.type === 'consumer' ? group.checkFetch(memberId, memberEpoch) : 'NONE';
  }

  /** @param request `partitions`: null for all partitions that have a committed offset */
  fetchOffsets(
    request: InGroup & { readonly partitions: readonly TopicPartition[] | null; readonly requireStable: boolean },
  ): FetchedOffset[] {
    const { groupId, partitions, requireStable } = request;
    return this.get(groupId)?.fetchOffsets(partitions, requireStable) ?? new GroupOffsets(0).fetch(partitions, requireStable);
  }

  deleteOffsets({ groupId, partitions }: InGroup & { readonly partitions: readonly TopicPartition[] }): DeleteOffsetsResult {
    if (groupId === '') return { error: 'INVALID_GROUP_ID', partitions: [] };
    return this.get(groupId)?.deleteOffsets(partitions) ?? { error: 'GROUP_ID_NOT_FOUND', partitions: [] };
  }

  /** NON_EMPTY_GROUP while the group has members, GROUP_ID_NOT_FOUND when the group does not exist. */
  delete(groupId: string): ErrorName {
    const error = this.get(groupId)?.delete() ?? 'GROUP_ID_NOT_FOUND';
    if (error === 'NONE') this.#groups.delete(groupId);
    return error;
  }

  /** Deletes the offsets that groups committed for a deleted topic. */
  deleteTopic(topic: string): void {
    for (const group of this.#groups.values()) group.deleteTopic(topic);
  }

  /** Closes all groups: answers delayed requests and cancels all timers. Their offsets stay, for tests that look afterwards. */
  close(): void {
    for (const group of this.#groups.values()) group.close();
  }

  /** The group of the classic protocol: a new one, one that was there, or an empty one of the other protocol with its offsets. */
  #classic(groupId: string): Group {
    const existing = this.get(groupId);
    if (existing?.type === 'classic') return existing;
    const options = { clock: this.#clock, config: this.#config, newMemberId: (name: string): string => `${name}-${randomUUID()}` };
    const group = new Group(groupId, options, existing?.handOver() ?? this.#noOffsets());
    this.#groups.set(groupId, group);
    return group;
  }

  /** The group of the consumer protocol, as {@link #classic} for the other; or why there is none. */
  #consumer({ groupId, memberEpoch }: HeartbeatRequest & InGroup): ConsumerGroup | string {
    const existing = this.get(groupId);
    if (existing?.type === 'consumer') return existing;
    if (memberEpoch !== specialEpochs.join) {
      if (existing !== undefined) return `Group ${groupId} is not a consumer group.`;
      return memberEpoch < specialEpochs.join ? `Group ${groupId} not found.` : `Consumer group ${groupId} not found.`;
    }
    if (existing !== undefined && existing.state !== 'Empty')
      return `Cannot upgrade classic group ${groupId} to consumer group because the online upgrade is disabled.`;
    const { topics, consumerConfig = () => defaultConsumerGroupConfig } = this.#options;
    const options = {
      clock: this.#clock,
      topics,
      config: () => consumerConfig(groupId),
      maxSize: this.#config.groupMaxSize,
      newMemberId: () => Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url'),
    };
    const group = new ConsumerGroup(groupId, options, existing?.handOver() ?? this.#noOffsets());
    this.#groups.set(groupId, group);
    return group;
  }

  /** The group that a request commits to: without a generation it may be a new one. */
  #toCommit({ groupId, generationId }: CommitRequest): AnyGroup | undefined {
    return this.get(groupId) ?? (generationId < 0 ? this.#classic(groupId) : undefined);
  }

  #noOffsets(): GroupOffsets {
    return new GroupOffsets(this.#config.offsetMetadataMaxBytes);
  }
}

/** The error of a commit to a group that does not exist. */
function noGroup({ knowsMemberEpochs }: CommitRequest): ErrorName {
  return knowsMemberEpochs === true ? 'GROUP_ID_NOT_FOUND' : 'ILLEGAL_GENERATION';
}
