import type { Assignment, AssignmentInput, Assignor, Subscriber } from './assignor.ts';
import { type PartitionKey, partitionKey } from './assignable-partitions.ts';

/** Gives all members about as many partitions, and moves as few as that takes. */
export const uniformAssignor: Assignor = (input) => (isHomogeneous(input) ? byQuota(input) : byLoad(input));

function isHomogeneous({ subscribers, partitionCounts }: AssignmentInput): boolean {
  return subscribers.every(({ topicIds }) => topicIds.size === partitionCounts.size);
}

/** All members subscribe to the same topics: each has its share, and the members with the most partitions keep the rest. */
function byQuota({ subscribers, partitionCounts, current }: AssignmentInput): Assignment {
  const free = allPartitions(partitionCounts);
  const quota = Math.floor(free.size / subscribers.length);
  let withOneMore = free.size % subscribers.length;
  const shares = subscribers.map((subscriber) => ({ subscriber, before: keepable(subscriber, current, free) }));
  shares.sort((a, b) => b.before.length - a.before.length);
  const result: Assignment = new Map(subscribers.map(({ memberId }) => [memberId, new Set()]));
  const limits = shares.map(({ subscriber, before }) => {
    const limit = quota + (withOneMore > 0 ? 1 : 0);
    if (withOneMore > 0) withOneMore -= 1;
    for (const key of before.slice(0, limit)) take(key, subscriber, result, free);
    return { subscriber, limit };
  });
  const rest = free.values();
  for (const { subscriber, limit } of limits) {
    const own = result.get(subscriber.memberId);
    while (own !== undefined && own.size < limit) {
      const { value } = rest.next();
      if (value === undefined) return result;
      own.add(value);
    }
  }
  return result;
}

/** Each free partition goes to the member with the least; then partitions move while that makes two members more equal. */
function byLoad({ subscribers, partitionCounts, current }: AssignmentInput): Assignment {
  const free = allPartitions(partitionCounts);
  const result: Assignment = new Map(subscribers.map(({ memberId }) => [memberId, new Set()]));
  for (const subscriber of subscribers) {
    for (const key of keepable(subscriber, current, free)) take(key, subscriber, result, free);
  }
  const sizeOf = ({ memberId }: Subscriber): number => result.get(memberId)?.size ?? 0;
  const leastLoaded = (topicId: string): Subscriber | undefined => {
    let least: Subscriber | undefined;
    for (const subscriber of subscribers) {
      if (subscriber.topicIds.has(topicId) && (least === undefined || sizeOf(subscriber) < sizeOf(least))) least = subscriber;
    }
    return least;
  };
  for (const key of free) result.get(leastLoaded(topicIdOf(key))?.memberId ?? '')?.add(key);
  let hasMoved = true;
  while (hasMoved) {
    hasMoved = false;
    for (const subscriber of subscribers.toSorted((a, b) => sizeOf(b) - sizeOf(a))) {
      const own = result.get(subscriber.memberId) ?? new Set();
      // The partitions that came last go first.
      for (const key of [...own].reverse()) {
        const other = leastLoaded(topicIdOf(key));
        if (other === undefined || own.size - sizeOf(other) < 2) continue;
        own.delete(key);
        result.get(other.memberId)?.add(key);
        hasMoved = true;
      }
    }
  }
  return result;
}

function allPartitions(partitionCounts: ReadonlyMap<string, number>): Set<PartitionKey> {
  const all = new Set<PartitionKey>();
  for (const [topicId, count] of partitionCounts) for (let index = 0; index < count; index += 1) all.add(partitionKey(topicId, index));
  return all;
}

/** What a member has, may keep, and nobody else has taken. */
function keepable(
  { memberId, topicIds }: Subscriber,
  current: AssignmentInput['current'],
  free: ReadonlySet<PartitionKey>,
): readonly PartitionKey[] {
  return [...(current.get(memberId) ?? [])].filter((key) => free.has(key) && topicIds.has(topicIdOf(key)));
}

function take(key: PartitionKey, { memberId }: Subscriber, result: Assignment, free: Set<PartitionKey>): void {
  result.get(memberId)?.add(key);
  free.delete(key);
}

function topicIdOf(key: PartitionKey): string {
  return key.slice(0, key.lastIndexOf('/'));
}
