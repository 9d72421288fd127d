import type { AssignableTopics, PartitionKey } from './assignors/assignable-partitions.ts';
import type { Assignment } from './assignors/assignor.ts';
import { assignors, preferredAssignor } from './assignors/assignors.ts';
import type { ConsumerMember } from './consumer-member.ts';

const nothing: ReadonlySet<PartitionKey> = new Set();

interface Refresh {
  /** Whether members or subscriptions have changed. */
  readonly hasChanged: boolean;
  /** Of the broker's clock, in milliseconds. */
  readonly now: number;
  /** How long after an assignment no other is made. */
  readonly intervalMs: number;
}

/** The assignment that a group is on its way to, and the epoch of the group that it was made for. */
export class TargetAssignment {
  /** Grows with everything that may change the assignment: members, subscriptions, topics. */
  groupEpoch = 0;
  /** The group epoch that the assignment was made for. */
  epoch = 0;
  readonly #topics: AssignableTopics;
  #byMember: Assignment = new Map();
  /** The topics that were assigned, with their ids and sizes. */
  #assignable = '';
  #madeAt = -Infinity;

  constructor(topics: AssignableTopics) {
    this.#topics = topics;
  }

  of({ memberId }: ConsumerMember): ReadonlySet<PartitionKey> {
    return this.#byMember.get(memberId) ?? nothing;
  }

  /** The group has changed: it is assigned again at the next heartbeat. */
  bump(): void {
    this.groupEpoch += 1;
  }

  /** A static member came back with another id. */
  rename(before: ConsumerMember, after: ConsumerMember): void {
    const target = this.#byMember.get(before.memberId);
    this.#byMember.delete(before.memberId);
    if (target !== undefined) this.#byMember.set(after.memberId, target);
  }

  remove({ memberId }: ConsumerMember): void {
    this.#byMember.delete(memberId);
  }

  /** There is nobody to assign to. */
  settle(): void {
    this.epoch = this.groupEpoch;
  }

  /** Assigns what changed since the last assignment, unless that was just now. The first member does not wait. */
  refresh(members: Iterable<ConsumerMember>, { hasChanged, now, intervalMs }: Refresh): void {
    const all = [...members];
    const subscribers = all.map((member) => member.subscriber(this.#topics));
    const partitionCounts = new Map<string, number>();
    for (const { topicIds } of subscribers) {
      for (const id of topicIds) partitionCounts.set(id, this.#topics.getById(id)?.partitions.length ?? 0);
    }
    const assignable = Array.from(partitionCounts, (entry) => entry.join())
      .sort()
      .join(' ');
    if (hasChanged || assignable !== this.#assignable) this.bump();
    this.#assignable = assignable;
    if (this.epoch === this.groupEpoch || (this.#byMember.size > 0 && now < this.#madeAt + intervalMs)) return;
    const assign = assignors.get(preferredAssignor(all.map(({ serverAssignor }) => serverAssignor)));
    this.#byMember = assign?.({ subscribers, partitionCounts, current: this.#byMember }) ?? new Map();
    this.epoch = this.groupEpoch;
    this.#madeAt = now;
  }
}
