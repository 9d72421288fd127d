import type { ErrorName } from '../../core/error-codes.ts';
import type { MembershipOptions } from '../any/group-config.ts';
import type {
  GenerationIdentity,
  JoinRequest,
  JoinResult,
  LeaveResult,
  LeavingMember,
  SyncRequest,
  SyncResult,
} from '../any/group-requests.ts';
import { failedJoin, failedSync, Member } from './member.ts';
import { Rebalance } from './rebalance.ts';
import { MemberRegistry } from './member-registry.ts';
import { SessionTimers } from './session-timers.ts';

/** Decides which joins, syncs, heartbeats and leaves a group accepts, and passes them to its {@link Rebalance}. */
export class Membership {
  readonly registry: MemberRegistry = new MemberRegistry();
  readonly rebalance: Rebalance;
  readonly #options: MembershipOptions;
  readonly #sessions: SessionTimers;

  constructor(options: MembershipOptions, onTransition: () => void) {
    const { clock, config } = options;
    this.#options = options;
    this.#sessions = new SessionTimers(clock, (memberId) => this.expire(memberId));
    this.rebalance = new Rebalance({ clock, config, registry: this.registry, sessions: this.#sessions, onTransition });
  }

  async join(request: JoinRequest): Promise<JoinResult> {
    const { memberId, groupInstanceId } = request;
    const member = this.registry.get(memberId);
    if (this.rebalance.state === 'Dead') return failedJoin('COORDINATOR_NOT_AVAILABLE', memberId);
    if (!this.#acceptsMember(member)) return this.#rejectMember(memberId, member);
    if (!this.#supports(request)) return failedJoin('INCONSISTENT_GROUP_PROTOCOL', memberId);
    if (memberId === '') return this.#joinWithoutId(request);
    if (this.registry.pending.has(memberId) && groupInstanceId === null) return this.#admit(memberId, request);
    const error = this.#checkMember(memberId, groupInstanceId);
    return member === undefined || error !== 'NONE' ? failedJoin(error, memberId) : this.#rejoin(member, request);
  }

  async sync(request: SyncRequest): Promise<SyncResult> {
    const error = this.checkGeneration(request);
    const member = this.registry.get(request.memberId);
    if (member === undefined || error !== 'NONE') return failedSync(error);
    if (differs(request.protocolType, this.registry.protocolType) || differs(request.protocolName, this.rebalance.protocolName)) {
      return failedSync('INCONSISTENT_GROUP_PROTOCOL');
    }
    return this.rebalance.sync(member, request);
  }

  heartbeat(request: GenerationIdentity): ErrorName {
    const error = this.checkGeneration(request);
    if (error !== 'NONE') return error;
    this.keepAlive(request.memberId);
    return this.rebalance.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE';
  }

  leave(members: readonly LeavingMember[]): LeaveResult {
    if (this.rebalance.state === 'Dead') return { error: 'COORDINATOR_NOT_AVAILABLE', members: [] };
    const before = this.registry.size;
    const results = members.map((leaving) => ({ ...leaving, error: this.#remove(leaving) }));
    if (this.registry.size < before) this.rebalance.prepareOrComplete();
    else this.rebalance.completeIfAllJoined();
    return { error: 'NONE', members: results };
  }

  /** NONE when the request comes from a member of the current generation. */
  checkGeneration({ memberId, groupInstanceId, generationId }: GenerationIdentity): ErrorName {
    if (this.rebalance.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
    const error = this.#checkMember(memberId, groupInstanceId);
    if (error !== 'NONE') return error;
    return generationId === this.rebalance.generationId ? 'NONE' : 'ILLEGAL_GENERATION';
  }

  /** Restarts the session of a member, if it exists. */
  keepAlive(memberId: string): void {
    const member = this.registry.get(memberId);
    if (member !== undefined) this.#sessions.restart(member);
  }

  /** The session of a member ended, or a given-out member id was not used in time. */
  expire(memberId: string): void {
    const member = this.registry.get(memberId);
    if (this.#forgetPending(memberId)) this.rebalance.completeIfAllJoined();
    else if (member !== undefined) {
      this.rebalance.drop(member, 'UNKNOWN_MEMBER_ID');
      this.rebalance.prepareOrComplete();
    }
  }

  /** Another broker became the coordinator: delayed requests and members without a generation are lost. */
  failOver(): void {
    this.#forgetAllPending();
    for (const member of this.registry.members) {
      if (member.isNew) this.rebalance.drop(member, 'NOT_COORDINATOR');
      else {
        member.answerJoin(failedJoin('NOT_COORDINATOR', member.memberId));
        member.answerSync(failedSync('NOT_COORDINATOR'));
        this.#sessions.restart(member);
      }
    }
    if (this.rebalance.state === 'CompletingRebalance') this.rebalance.prepare();
    else this.rebalance.completeIfAllJoined();
  }

  end(): void {
    this.#forgetAllPending();
    this.rebalance.end('COORDINATOR_NOT_AVAILABLE');
  }

  #joinWithoutId(request: JoinRequest): Promise<JoinResult> | JoinResult {
    const { groupInstanceId, clientId, sessionTimeoutMs } = request;
    const memberId = this.#options.newMemberId(groupInstanceId ?? clientId ?? '');
    const holder = this.registry.get(this.registry.idOfInstance(groupInstanceId) ?? '');
    if (holder !== undefined) return this.#takeOver(holder, memberId, request);
    if (groupInstanceId !== null || !request.requireKnownMemberId) return this.#admit(memberId, request);
    this.registry.pending.add(memberId);
    this.#sessions.start(memberId, sessionTimeoutMs);
    return failedJoin('MEMBER_ID_REQUIRED', memberId);
  }

  #admit(memberId: string, request: JoinRequest): Promise<JoinResult> {
    const member = new Member(memberId, request);
    const result = member.delayJoin(request.signal);
    this.rebalance.admit(member, request.protocolType);
    return result;
  }

  #rejoin(member: Member, request: JoinRequest): Promise<JoinResult> | JoinResult {
    const { state } = this.rebalance;
    // A leader may always start a rebalance: it may know of a change that its own metadata does not show, such as new
    // partitions.
    const mayStay = state === 'CompletingRebalance' || (state === 'Stable' && this.registry.leader !== member.memberId);
    if (!mayStay || !member.matches(request.protocols)) return this.#delayJoin(member, request);
    // Only the response to its join was lost.
    this.#sessions.restart(member);
    return this.rebalance.joinResultOf(member);
  }

  /** A new process joins with the instance id of a static member: it replaces the old process, which is fenced. */
  #takeOver(member: Member, memberId: string, request: JoinRequest): Promise<JoinResult> | JoinResult {
    const leaderBefore = this.registry.leader ?? '';
    member.answerJoin(failedJoin('FENCED_INSTANCE_ID', member.memberId));
    member.answerSync(failedSync('FENCED_INSTANCE_ID'));
    this.#sessions.stop(member.memberId);
    this.registry.rename(member, memberId);
    const { rebalance, registry } = this;
    if (rebalance.state !== 'Stable') return this.#delayJoin(member, request);
    member.update(request);
    if (registry.selectProtocol() !== rebalance.protocolName) return this.#delayJoin(member, request);
    this.#sessions.restart(member);
    const result = rebalance.joinResultOf(member);
    // An older client must not become the leader: it would send an assignment, which a stable group does not accept.
    if (!request.supportsSkippingAssignment) return { ...result, leader: leaderBefore };
    const skipAssignment = registry.leader === memberId;
    return { ...result, skipAssignment, members: skipAssignment ? registry.joined(rebalance.protocolName) : [] };
  }

  #delayJoin(member: Member, request: JoinRequest): Promise<JoinResult> {
    member.update(request);
    const result = member.delayJoin(request.signal);
    this.#sessions.restart(member);
    this.rebalance.prepareOrComplete();
    return result;
  }

  #rejectMember(memberId: string, member: Member | undefined): JoinResult {
    this.#forgetPending(memberId);
    if (member !== undefined) this.rebalance.drop(member, 'GROUP_MAX_SIZE_REACHED');
    this.rebalance.completeIfAllJoined();
    return failedJoin('GROUP_MAX_SIZE_REACHED', '');
  }

  #remove({ memberId, groupInstanceId }: LeavingMember): ErrorName {
    if (this.#forgetPending(memberId)) return 'NONE';
    // An administrator knows only the instance id.
    const id = memberId === '' ? (this.registry.idOfInstance(groupInstanceId) ?? '') : memberId;
    const error = this.#checkMember(id, groupInstanceId);
    const member = this.registry.get(id);
    if (member !== undefined && error === 'NONE') this.rebalance.drop(member, 'UNKNOWN_MEMBER_ID');
    return error;
  }

  #checkMember(memberId: string, groupInstanceId: string | null): ErrorName {
    if (groupInstanceId !== null) {
      const holder = this.registry.idOfInstance(groupInstanceId);
      if (holder === undefined) return 'UNKNOWN_MEMBER_ID';
      if (holder !== memberId) return 'FENCED_INSTANCE_ID';
    }
    return this.registry.get(memberId) === undefined ? 'UNKNOWN_MEMBER_ID' : 'NONE';
  }

  /** During a rebalance, only joined members count: of too many members, those that rejoin last must go. */
  #acceptsMember(member: Member | undefined): boolean {
    const { groupMaxSize } = this.#options.config;
    if (this.rebalance.state === 'PreparingRebalance') return member?.isAwaitingJoin === true || this.registry.awaitingJoin < groupMaxSize;
    return member !== undefined || this.registry.size < groupMaxSize;
  }

  #supports({ protocolType, protocols }: JoinRequest): boolean {
    if (this.rebalance.state === 'Empty') return protocolType !== '' && protocols.length > 0;
    return protocolType === this.registry.protocolType && this.registry.supportOneOf(protocols);
  }

  #forgetPending(memberId: string): boolean {
    if (!this.registry.pending.delete(memberId)) return false;
    this.#sessions.stop(memberId);
    return true;
  }

  #forgetAllPending(): void {
    for (const memberId of this.registry.pending) this.#forgetPending(memberId);
  }
}

function differs(given: string | null, own: string | null): boolean {
  return given !== null && own !== null && given !== own;
}
