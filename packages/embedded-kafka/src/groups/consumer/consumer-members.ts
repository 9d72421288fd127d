import type { ApiError } from '../../core/error-codes.ts';
import type { ConsumerMember } from './consumer-member.ts';
import { type HeartbeatRequest, problem } from './heartbeat-request.ts';
import { keysOf, type PartitionKey } from './assignors/assignable-partitions.ts';

const mustRejoin = 'The member must abandon all its partitions and rejoin.';

/** The members of a group by their ids and instance ids, and which of them has which partition. */
export class ConsumerMembers {
  readonly #groupId: string;
  readonly #byId = new Map<string, ConsumerMember>();
  readonly #byInstance = new Map<string, ConsumerMember>();
  readonly #holders = new Map<PartitionKey, ConsumerMember>();

  constructor(groupId: string) {
    this.#groupId = groupId;
  }

  get size(): number {
    return this.#byId.size;
  }

  [Symbol.iterator](): Iterator<ConsumerMember> {
    return this.#byId.values();
  }

  get(memberId: string): ConsumerMember | undefined {
    return this.#byId.get(memberId);
  }

  ofInstance(instanceId: string): ConsumerMember | undefined {
    return this.#byInstance.get(instanceId);
  }

  add(member: ConsumerMember): void {
    this.#byId.set(member.memberId, member);
    if (member.instanceId !== null) this.#byInstance.set(member.instanceId, member);
    this.hold(member);
  }

  remove(member: ConsumerMember): void {
    this.#byId.delete(member.memberId);
    if (member.instanceId !== null) this.#byInstance.delete(member.instanceId);
    this.release(member);
  }

  /** Nobody else may have what the member has from now on. */
  hold(member: ConsumerMember): void {
    for (const key of member.held) this.#holders.set(key, member);
  }

  /** Others may have what the member has. */
  release(member: ConsumerMember): void {
    for (const key of member.held) this.#holders.delete(key);
  }

  /** Whether no member but this one may have the partition. */
  isFreeFor(member: ConsumerMember, key: PartitionKey): boolean {
    const holder = this.#holders.get(key);
    return holder === undefined || holder === member;
  }

  /** The member that a request names, or the error that it is answered with. */
  find({ memberId, instanceId }: Pick<HeartbeatRequest, 'memberId' | 'instanceId'>): ConsumerMember | ApiError {
    if (instanceId !== null) {
      const holder = this.ofInstance(instanceId);
      if (holder === undefined) return problem('UNKNOWN_MEMBER_ID', `Instance id ${instanceId} is unknown.`);
      if (holder.memberId === memberId) return holder;
      const message = `Static member ${memberId} with instance id ${instanceId} was fenced by member ${holder.memberId}.`;
      return problem('FENCED_INSTANCE_ID', message);
    }
    return this.get(memberId) ?? problem('UNKNOWN_MEMBER_ID', `Member ${memberId} is not a member of group ${this.#groupId}.`);
  }
}

/**
 * Why a member must rejoin, by the epoch that it sent; `undefined` when it need not. One epoch less is that of a member that lost a
 * response, as long as it has nothing that it must not have.
 */
export function epochProblem(member: ConsumerMember, { memberEpoch, topicPartitions }: HeartbeatRequest): ApiError | undefined {
  const epoch = member.isAway ? -2 : member.progress.epoch;
  const known = `than the one known by the group coordinator (${epoch}). ${mustRejoin}`;
  if (memberEpoch > epoch)
    return problem('FENCED_MEMBER_EPOCH', `The consumer group member has a greater member epoch (${memberEpoch}) ${known}`);
  if (memberEpoch === epoch) return undefined;
  const owned = topicPartitions === null ? undefined : [...keysOf(topicPartitions)];
  if (memberEpoch === member.previousEpoch && owned?.every((key) => member.progress.assigned.has(key)) === true) return undefined;
  return problem('FENCED_MEMBER_EPOCH', `The consumer group member has a smaller member epoch (${memberEpoch}) ${known}`);
}
