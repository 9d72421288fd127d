import type { Timers } from '../../core/suspendable-clock.ts';
import type { ApiError } from '../../core/error-codes.ts';
import { type AssignableTopics, byTopic, keysOf } from './assignors/assignable-partitions.ts';
import type { ConsumerGroupConfig } from '../any/group-config.ts';
import { ConsumerMember } from './consumer-member.ts';
import { ConsumerMembers, epochProblem } from './consumer-members.ts';
import { failedHeartbeat, farewell, type HeartbeatRequest, type HeartbeatResult, problem, specialEpochs } from './heartbeat-request.ts';
import { reconcile } from './reconciliation.ts';
import { TargetAssignment } from './target-assignment.ts';

/** What a {@link ConsumerMembership} works with. */
export interface ConsumerMembershipOptions {
  readonly clock: Timers;
  readonly topics: AssignableTopics;
  /** Read at each heartbeat, as an administrator may change it. */
  readonly config: () => ConsumerGroupConfig;
  readonly maxSize: number;
  readonly newMemberId: () => string;
  readonly onChange: () => void;
}

/** Who is in a group of the consumer protocol, and what each member is told at its heartbeats (KIP-848). */
export class ConsumerMembership {
  readonly members: ConsumerMembers;
  readonly target: TargetAssignment;
  readonly #options: ConsumerMembershipOptions;

  constructor(groupId: string, options: ConsumerMembershipOptions) {
    this.members = new ConsumerMembers(groupId);
    this.target = new TargetAssignment(options.topics);
    this.#options = options;
  }

  /** A heartbeat of any kind: a member joins, stays, leaves, or leaves for a while. */
  heartbeat(request: HeartbeatRequest): HeartbeatResult {
    if (request.memberEpoch < specialEpochs.join) return this.#leave(request);
    const sizeBefore = this.members.size;
    const member = request.memberEpoch === specialEpochs.join ? this.#join(request) : this.#known(request);
    if ('error' in member) return failedHeartbeat(member);
    const hasChanged = member.update(request) || this.members.size !== sizeBefore;
    const { heartbeatIntervalMs, assignmentIntervalMs: intervalMs } = this.#options.config();
    this.target.refresh(this.members, { hasChanged, now: this.#options.clock.now(), intervalMs });
    const hasMoved = this.#proceed(member, request);
    this.keepAlive(member);
    this.#options.onChange();
    const { epoch, assigned } = member.progress;
    const { memberId } = member;
    const assignment = hasMoved || saysEverything(request) ? byTopic(assigned.keys()) : null;
    return { error: 'NONE', message: null, memberId, memberEpoch: epoch, heartbeatIntervalMs, assignment };
  }

  /** Removes a member, as its session timeout does: others get its partitions at their next heartbeats. */
  remove(member: ConsumerMember): void {
    member.stopTimers();
    this.members.remove(member);
    this.target.bump();
    this.target.remove(member);
    if (this.members.size === 0) this.target.settle();
    this.#options.onChange();
  }

  /** Starts the member's session again. */
  keepAlive(member: ConsumerMember): void {
    member.session?.cancel();
    member.session = this.#options.clock.setTimeout(() => this.remove(member), this.#options.config().sessionTimeoutMs);
  }

  #join(request: HeartbeatRequest): ConsumerMember | ApiError {
    const { memberId, instanceId } = request;
    const holder = instanceId === null ? undefined : this.members.ofInstance(instanceId);
    if (holder !== undefined && holder.memberId !== memberId) {
      if (holder.isAway) return this.#takeOver(holder, request);
      const owned = `the instance id is owned by ${holder.memberId} member.`;
      const message = `Static member ${memberId} with instance id ${instanceId} cannot join the group because ${owned}`;
      return problem('UNRELEASED_INSTANCE_ID', message);
    }
    const found = this.members.get(memberId);
    if (found !== undefined) {
      found.isAway = false;
      return found;
    }
    const { maxSize } = this.#options;
    if (this.members.size >= maxSize)
      return problem('GROUP_MAX_SIZE_REACHED', `The consumer group has reached its maximum capacity of ${maxSize} members.`);
    const member = new ConsumerMember(request, memberId === '' ? this.#options.newMemberId() : memberId);
    this.members.add(member);
    return member;
  }

  /** A static member comes back with another id: it goes on where the one with its instance id left. */
  #takeOver(away: ConsumerMember, request: HeartbeatRequest): ConsumerMember {
    const member = new ConsumerMember(request, request.memberId);
    const { topicNames, topicRegex, serverAssignor } = away;
    // As if it had said this before: only what differs changes the group.
    member.update({ ...request, subscribedTopicNames: topicNames, subscribedTopicRegex: topicRegex, serverAssignor });
    away.stopTimers();
    this.members.remove(away);
    this.target.rename(away, member);
    member.progress = { ...away.progress, epoch: 0 };
    this.members.add(member);
    return member;
  }

  #known(request: HeartbeatRequest): ConsumerMember | ApiError {
    const member = this.members.find(request);
    return 'error' in member ? member : (epochProblem(member, request) ?? member);
  }

  #leave(request: HeartbeatRequest): HeartbeatResult {
    const member = this.members.find(request);
    if ('error' in member) return failedHeartbeat(member);
    if (request.memberEpoch === specialEpochs.leave) this.remove(member);
    else this.#setAway(member);
    return farewell(request);
  }

  #setAway(member: ConsumerMember): void {
    member.isAway = true;
    member.revocation?.cancel();
    member.revocation = undefined;
    this.#options.onChange();
  }

  /** @returns whether the member may have other partitions than before */
  #proceed(member: ConsumerMember, { topicPartitions }: HeartbeatRequest): boolean {
    const before = member.progress;
    const after = reconcile(before, {
      target: this.target.of(member),
      targetEpoch: this.target.epoch,
      owned: topicPartitions && keysOf(topicPartitions),
      isFree: (key) => this.members.isFreeFor(member, key),
    });
    this.members.release(member);
    member.proceed(after);
    this.members.hold(member);
    if (after.state !== 'revoking' || after !== before) {
      member.revocation?.cancel();
      member.revocation = undefined;
    }
    // A second revocation that follows the first has the whole time, too.
    if (after.state === 'revoking')
      member.revocation ??= this.#options.clock.setTimeout(() => this.remove(member), member.rebalanceTimeoutMs);
    return after.assigned.size !== before.assigned.size || [...after.assigned.keys()].some((key) => !before.assigned.has(key));
  }
}

/** A member that says all that it knows may have missed a response: it is told all. */
function saysEverything(request: HeartbeatRequest): boolean {
  if (request.memberEpoch === specialEpochs.join) return true;
  const subscribes = request.subscribedTopicNames !== null || request.subscribedTopicRegex !== null;
  return request.rebalanceTimeoutMs !== -1 && subscribes && request.topicPartitions !== null;
}
