import type { GroupProtocol, JoinedMember } from '../any/group-requests.ts';
import type { Member } from './member.ts';

/** The members of a group, their leader, and the member ids that were given out but have not joined. */
export class MemberRegistry {
  /** Empty before the first member, whose protocol type it takes. */
  protocolType = '';
  /** The id of the leader; undefined when there are no members. */
  leader: string | undefined;
  readonly #members = new Map<string, Member>();
  readonly #idByInstance = new Map<string, string>();
  /** Ids that were given out with MEMBER_ID_REQUIRED. */
  readonly pending: Set<string> = new Set();

  get size(): number {
    return this.#members.size;
  }

  get members(): Iterable<Member> {
    return this.#members.values();
  }

  get(memberId: string): Member | undefined {
    return this.#members.get(memberId);
  }

  /** The id of the static member with that instance id; undefined when there is none. */
  idOfInstance(groupInstanceId: string | null): string | undefined {
    return groupInstanceId === null ? undefined : this.#idByInstance.get(groupInstanceId);
  }

  /** All members as the leader sees them. */
  joined(protocolName: string | null): JoinedMember[] {
    return Array.from(this.members, (member) => member.joined(protocolName));
  }

  add(member: Member, protocolType: string): void {
    if (this.#members.size === 0) this.protocolType = protocolType;
    this.leader ??= member.memberId;
    this.pending.delete(member.memberId);
    this.#put(member);
  }

  remove(member: Member): void {
    this.#members.delete(member.memberId);
    if (member.groupInstanceId !== null) this.#idByInstance.delete(member.groupInstanceId);
    if (this.leader === member.memberId) this.leader = this.#members.keys().next().value;
  }

  /** Gives a static member a new id. It keeps its assignment and its leadership. */
  rename(member: Member, memberId: string): void {
    this.#members.delete(member.memberId);
    if (this.leader === member.memberId) this.leader = memberId;
    member.memberId = memberId;
    this.#put(member);
  }

  /** How many members have joined the next generation. */
  get awaitingJoin(): number {
    let count = 0;
    for (const member of this.members) if (member.isAwaitingJoin) count += 1;
    return count;
  }

  /** Whether all members have joined and no given-out id is pending. */
  get allJoined(): boolean {
    return this.pending.size === 0 && this.awaitingJoin === this.size;
  }

  /** The longest rebalance timeout of the members, in milliseconds. */
  get rebalanceTimeoutMs(): number {
    let longest = 0;
    for (const member of this.members) longest = Math.max(longest, member.rebalanceTimeoutMs);
    return longest;
  }

  /** Elects a member that joined as the leader, unless the leader joined. False when no member joined. */
  electJoinedLeader(): boolean {
    if (this.leader !== undefined && this.get(this.leader)?.isAwaitingJoin) return true;
    for (const member of this.members) {
      if (member.isAwaitingJoin) {
        this.leader = member.memberId;
        return true;
      }
    }
    return false;
  }

  /** Whether all members support one of `protocols`. */
  supportOneOf(protocols: readonly GroupProtocol[]): boolean {
    return protocols.some(({ name }) => this.#allSupport(name));
  }

  /** The protocol that most members prefer among those that all members support. */
  selectProtocol(): string | null {
    const votes = new Map<string, number>();
    for (const member of this.members) {
      const vote = member.protocols.find(({ name }) => this.#allSupport(name))?.name;
      if (vote !== undefined) votes.set(vote, (votes.get(vote) ?? 0) + 1);
    }
    let selected: string | null = null;
    for (const [name, count] of votes) if (selected === null || count > (votes.get(selected) ?? 0)) selected = name;
    return selected;
  }

  #allSupport(protocolName: string): boolean {
    for (const member of this.members) if (!member.supports(protocolName)) return false;
    return true;
  }

  #put(member: Member): void {
    this.#members.set(member.memberId, member);
    if (member.groupInstanceId !== null) this.#idByInstance.set(member.groupInstanceId, member.memberId);
  }
}
