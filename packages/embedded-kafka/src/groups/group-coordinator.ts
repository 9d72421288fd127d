import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { ErrorName } from '../core/error-codes.ts';
import { defaultGroupConfig, type GroupConfig } from './group-config.ts';
import { Group } from './group.ts';
import { type FetchedOffset, GroupOffsets, type OffsetToCommit, type TopicPartition } from './group-offsets.ts';
import type {
  DeleteOffsetsResult,
  GenerationIdentity,
  JoinRequest,
  JoinResult,
  LeaveResult,
  LeavingMember,
  SyncRequest,
  SyncResult,
} from './group-requests.ts';
import { failedJoin, failedSync } from './member.ts';

/** The id of the group that a request is for. */
export interface InGroup {
  readonly groupId: string;
}

/** Options of a {@link GroupCoordinator}. */
export interface GroupCoordinatorOptions {
  readonly clock: Clock;
  /** Omitted settings have Apache Kafka's default, except for the initial delay: see {@link GroupConfig}. */
  readonly config?: Partial<GroupConfig> | undefined;
}

/** All groups by their ids, and the errors for groups that do not exist. */
export class GroupCoordinator {
  readonly #clock: Clock;
  readonly #config: GroupConfig;
  readonly #groups = new Map<string, Group>();

  constructor(options: GroupCoordinatorOptions) {
    this.#clock = options.clock;
    this.#config = { ...defaultGroupConfig, ...options.config };
  }

  get(groupId: string): Group | undefined {
    return this.#groups.get(groupId);
  }

  /** The groups in the order of their creation. */
  list(): Group[] {
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
    const group = memberId === '' ? this.#getOrCreate(groupId) : this.get(groupId);
    return group?.join(request) ?? failedJoin('UNKNOWN_MEMBER_ID', memberId);
  }

  async sync(request: SyncRequest & InGroup): Promise<SyncResult> {
    if (request.groupId === '') return failedSync('INVALID_GROUP_ID');
    return this.get(request.groupId)?.sync(request) ?? failedSync('UNKNOWN_MEMBER_ID');
  }

  heartbeat(request: GenerationIdentity & InGroup): ErrorName {
    if (request.groupId === '') return 'INVALID_GROUP_ID';
    return this.get(request.groupId)?.heartbeat(request) ?? 'UNKNOWN_MEMBER_ID';
  }

  leave({ groupId, members }: InGroup & { readonly members: readonly LeavingMember[] }): LeaveResult {
    if (groupId === '') return { error: 'INVALID_GROUP_ID', members: [] };
    return this.get(groupId)?.leave(members) ?? { error: 'UNKNOWN_MEMBER_ID', members: [] };
  }

  /**
   * Commits offsets. Returns an error for each, in the order given. A commit without a generation creates the group.
   */
  commit(request: InGroup & GenerationIdentity & { readonly offsets: readonly OffsetToCommit[] }): ErrorName[] {
    const group = request.generationId < 0 ? this.#getOrCreate(request.groupId) : this.get(request.groupId);
    return group?.commit(request) ?? request.offsets.map(() => 'ILLEGAL_GENERATION');
  }

  /** As {@link commit}, for the transaction of `producerId`. Ask the transaction coordinator first. */
  commitPending(
    request: InGroup & GenerationIdentity & { readonly producerId: number; readonly offsets: readonly OffsetToCommit[] },
  ): ErrorName[] {
    const group = request.generationId < 0 ? this.#getOrCreate(request.groupId) : this.get(request.groupId);
    return group?.commitPending(request) ?? request.offsets.map(() => 'ILLEGAL_GENERATION');
  }

  /** @param request `partitions`: null for all partitions that have a committed offset */
  fetchOffsets(
    request: InGroup & { readonly partitions: readonly TopicPartition[] | null; readonly requireStable: boolean },
  ): FetchedOffset[] {
    const { groupId, partitions, requireStable } = request;
    return this.get(groupId)?.fetchOffsets(partitions, requireStable) ?? new GroupOffsets(0).fetch(partitions, requireStable);
  }

  deleteOffsets({ groupId, partitions }: InGroup & { readonly partitions: readonly TopicPartition[] }): DeleteOffsetsResult {
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

  /** Closes all groups: answers delayed requests and cancels all timers. */
  close(): void {
    for (const group of this.#groups.values()) group.close();
    this.#groups.clear();
  }

  #getOrCreate(groupId: string): Group {
    let group = this.#groups.get(groupId);
    if (group === undefined) {
      group = new Group(groupId, {
        clock: this.#clock,
        config: this.#config,
        newMemberId: (name) => `${name}-${randomUUID()}`,
      });
      this.#groups.set(groupId, group);
    }
    return group;
  }
}
