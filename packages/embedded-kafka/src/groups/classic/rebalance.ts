import type { ClockTimer } from '../../core/clock.ts';
import type { Timers } from '../../core/suspendable-clock.ts';
import type { ErrorName } from '../../core/error-codes.ts';
import type { GroupConfig } from '../any/group-config.ts';
import type { ClassicGroupState, JoinResult, SyncRequest, SyncResult } from '../any/group-requests.ts';
import { failedJoin, failedSync, type Member } from './member.ts';
import type { MemberRegistry } from './member-registry.ts';
import type { SessionTimers } from './session-timers.ts';

const noBytes: Buffer = Buffer.alloc(0);

/** What a {@link Rebalance} works with. */
export interface RebalanceParts {
  readonly clock: Timers;
  readonly config: GroupConfig;
  readonly registry: MemberRegistry;
  readonly sessions: SessionTimers;
  readonly onTransition: () => void;
}

/**
 * Moves a group from one generation to the next: all members join, the leader assigns, all members sync.
 * At most one timer runs: first for members that have not joined, then for members that have not synced.
 */
export class Rebalance {
  /** Empty → PreparingRebalance → CompletingRebalance → Stable, and back when members join, leave or change. */
  state: ClassicGroupState = 'Empty';
  generationId = 0;
  /** The assignor of this generation. */
  protocolName: string | null = null;
  readonly #parts: RebalanceParts;
  #timer: ClockTimer | undefined;
  /** The first rebalance of an empty group: it ends after the initial delay, not when all members have joined. */
  #isInitial = false;
  #newMemberAdded = false;

  constructor(parts: RebalanceParts) {
    this.#parts = parts;
  }

  /** Adds a new member, which waits for the next generation, and starts a rebalance unless one is in progress. */
  admit(member: Member, protocolType: string): void {
    const { registry, sessions } = this.#parts;
    if (this.#isInitial) this.#newMemberAdded = true;
    registry.add(member, protocolType);
    sessions.restart(member);
    this.prepareOrComplete();
  }

  /** Removes a member and answers its delayed requests with `error`. The caller starts the rebalance. */
  drop(member: Member, error: ErrorName): void {
    member.answerJoin(failedJoin(error, ''));
    member.answerSync(failedSync(error));
    this.#parts.sessions.stop(member.memberId);
    this.#parts.registry.remove(member);
  }

  /** Continues the rebalance in progress, or starts one. */
  prepareOrComplete(): void {
    if (this.state === 'PreparingRebalance') this.completeIfAllJoined();
    else this.prepare();
  }

  /** Starts a rebalance. */
  prepare(): void {
    const { registry, sessions, config } = this.#parts;
    if (this.state === 'CompletingRebalance') {
      for (const member of registry.members) {
        member.answerSync(failedSync('REBALANCE_IN_PROGRESS'));
        sessions.restart(member);
      }
    }
    this.#isInitial = this.state === 'Empty';
    this.#transition('PreparingRebalance');
    if (this.#isInitial) {
      const delay = config.groupInitialRebalanceDelayMs;
      this.#waitForMore(delay, Math.max(registry.rebalanceTimeoutMs - delay, 0));
    } else if (registry.allJoined) this.#complete();
    else this.#schedule(registry.rebalanceTimeoutMs, () => this.#complete());
  }

  /**
   * Starts the next generation once all members have joined; the first generation always waits for the initial delay.
   */
  completeIfAllJoined(): void {
    if (this.state === 'PreparingRebalance' && !this.#isInitial && this.#parts.registry.allJoined) this.#complete();
  }

  /** The response to a join of a member of this generation. */
  joinResultOf(member: Member): JoinResult {
    const { registry } = this.#parts;
    const leads = registry.leader === member.memberId && this.state === 'CompletingRebalance';
    return {
      error: 'NONE',
      generationId: this.generationId,
      protocolType: registry.protocolType,
      protocolName: this.protocolName,
      leader: registry.leader ?? '',
      skipAssignment: false,
      memberId: member.memberId,
      members: leads ? registry.joined(this.protocolName) : [],
    };
  }

  /** Answers the sync of a member of this generation, or delays it until the leader sends the assignments. */
  sync(member: Member, request: SyncRequest): Promise<SyncResult> {
    const { registry, sessions } = this.#parts;
    if (this.state === 'PreparingRebalance') return Promise.resolve(failedSync('REBALANCE_IN_PROGRESS'));
    member.isPendingSync = false;
    if (this.state === 'Stable') {
      this.#stopWhenAllSynced();
      sessions.restart(member);
      return Promise.resolve(this.#syncResultOf(member));
    }
    const result = member.delaySync(request);
    sessions.restart(member);
    if (registry.leader === member.memberId) this.#assign(request);
    return result;
  }

  /** Ends the group; its members receive `error`. */
  end(error: ErrorName): void {
    for (const member of this.#parts.registry.members) this.drop(member, error);
    this.#transition('Dead');
  }

  #waitForMore(delay: number, remaining: number): void {
    this.#newMemberAdded = false;
    this.#schedule(delay, () => {
      if (!this.#newMemberAdded || remaining === 0) this.#complete();
      else this.#waitForMore(Math.min(this.#parts.config.groupInitialRebalanceDelayMs, remaining), Math.max(remaining - delay, 0));
    });
  }

  #complete(): void {
    const { registry, sessions } = this.#parts;
    // A static member may be absent for its session timeout: it stays, and keeps its partitions.
    for (const member of registry.members) {
      if (!member.isAwaitingJoin && member.groupInstanceId === null) this.drop(member, 'UNKNOWN_MEMBER_ID');
    }
    if (registry.size > 0 && !registry.electJoinedLeader()) {
      this.#schedule(registry.rebalanceTimeoutMs, () => this.#complete());
      return;
    }
    this.generationId += 1;
    this.protocolName = registry.selectProtocol();
    this.#transition(registry.size === 0 ? 'Empty' : 'CompletingRebalance');
    if (registry.size === 0) return;
    for (const member of registry.members) {
      member.isNew = false;
      member.isPendingSync = true;
      member.answerJoin(this.joinResultOf(member));
      sessions.restart(member);
    }
    this.#schedule(registry.rebalanceTimeoutMs, () => this.#expirePendingSync());
  }

  #assign({ assignments }: SyncRequest): void {
    const { registry, sessions } = this.#parts;
    const byMember = new Map(assignments.map(({ memberId, assignment }) => [memberId, assignment]));
    this.state = 'Stable';
    for (const member of registry.members) {
      // A copy: the request's bytes may be a view of what the socket received.
      member.assignment = Buffer.from(byMember.get(member.memberId) ?? noBytes);
      if (member.isDelayed) {
        member.answerSync(this.#syncResultOf(member));
        sessions.restart(member);
      }
    }
    this.#stopWhenAllSynced();
    this.#parts.onTransition();
  }

  #syncResultOf(member: Member): SyncResult {
    const { protocolType } = this.#parts.registry;
    return { error: 'NONE', protocolType, protocolName: this.protocolName, assignment: member.assignment };
  }

  #stopWhenAllSynced(): void {
    for (const member of this.#parts.registry.members) if (member.isPendingSync) return;
    this.#timer?.cancel();
  }

  #expirePendingSync(): void {
    for (const member of this.#parts.registry.members) if (member.isPendingSync) this.drop(member, 'UNKNOWN_MEMBER_ID');
    this.prepare();
  }

  /** A timer of the old state must not fire in the new one. */
  #transition(state: ClassicGroupState): void {
    this.#timer?.cancel();
    this.state = state;
    this.#parts.onTransition();
  }

  #schedule(delay: number, callback: () => void): void {
    this.#timer?.cancel();
    // A member may have a rebalance timeout of 0: the group waits for no member, but the clock must advance between two
    // attempts.
    this.#timer = this.#parts.clock.setTimeout(callback, Math.max(delay, 1));
  }
}
