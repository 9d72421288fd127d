import type { Clock, ClockTimer } from '../clock.ts';
import type { ErrorName } from '../error-codes.ts';
import type { GroupConfig } from './group-config.ts';
import type { GroupState, JoinResult, SyncRequest, SyncResult } from './group-requests.ts';
import { failedJoin, failedSync } from './member.ts';
import type { Member } from './member.ts';
import type { MemberRegistry } from './member-registry.ts';
import type { SessionTimers } from './session-timers.ts';

const noBytes: Buffer = Buffer.alloc(0);

/** What a {@link Rebalance} works on. */
export interface RebalanceParts {
  readonly clock: Clock;
  readonly config: GroupConfig;
  readonly registry: MemberRegistry;
  readonly sessions: SessionTimers;
  readonly onTransition: () => void;
}

/**
 * The way of a group from one generation to the next: all members join, the leader assigns, all members sync.
 * One timer at most runs: for those who have not joined while it prepares, for those who have not synced afterwards.
 */
export class Rebalance {
  /** Empty → PreparingRebalance → CompletingRebalance → Stable, and back when members come, go or change. */
  state: GroupState = 'Empty';
  generationId = 0;
  /** The assignor of this generation. */
  protocolName: string | null = null;
  readonly #parts: RebalanceParts;
  #timer: ClockTimer | undefined;
  /** The first rebalance since the group was empty: it ends by time and not when all have joined. */
  #isInitial = false;
  #newMemberAdded = false;

  constructor(parts: RebalanceParts) {
    this.#parts = parts;
  }

  /** A member came for the first time: it waits for the next generation, which begins to form if it does not already. */
  admit(member: Member, protocolType: string): void {
    const { registry, sessions } = this.#parts;
    if (this.#isInitial) this.#newMemberAdded = true;
    registry.add(member, protocolType);
    sessions.restart(member);
    this.prepareOrComplete();
  }

  /** Takes a member out; whatever of it waits is answered with `error`. What the group does about it is the caller's. */
  drop(member: Member, error: ErrorName): void {
    member.answerJoin(failedJoin(error, ''));
    member.answerSync(failedSync(error));
    this.#parts.sessions.stop(member.memberId);
    this.#parts.registry.remove(member);
  }

  /** Something changed: goes on with the rebalance under way, or begins one. */
  prepareOrComplete(): void {
    if (this.state === 'PreparingRebalance') this.completeIfAllJoined();
    else this.prepare();
  }

  /** Calls all members together. */
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

  /** Begins the next generation when nobody is left to wait for; the first one waits for its delay in any case. */
  completeIfAllJoined(): void {
    if (this.state === 'PreparingRebalance' && !this.#isInitial && this.#parts.registry.allJoined) this.#complete();
  }

  /** What a member is told of the generation that it is in. */
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

  /** A member of this generation asks for its assignment. */
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

  /** The group is no more, for everyone who still holds it. */
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
    // A static member may be away for as long as its session: it stays, with its partitions.
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

  /** No timer of the state that ends may fire in the next. */
  #transition(state: GroupState): void {
    this.#timer?.cancel();
    this.state = state;
    this.#parts.onTransition();
  }

  #schedule(delay: number, callback: () => void): void {
    this.#timer?.cancel();
    // A member may ask for no time at all: then nobody is waited for, but the clock goes on between two looks.
    this.#timer = this.#parts.clock.setTimeout(callback, Math.max(delay, 1));
  }
}
