import type { Assignment, Assignor, Subscriber } from './assignor.ts';
import { partitionKey } from './assignable-partitions.ts';

/**
 * Gives each member a range of each topic, in the order of instance and member ids, so that members with equal topics
 * have the same partitions of each.
 */
export const rangeAssignor: Assignor = ({ subscribers, partitionCounts }) => {
  const inOrder = subscribers.toSorted(byId);
  const result: Assignment = new Map(subscribers.map(({ memberId }) => [memberId, new Set()]));
  for (const [topicId, count] of partitionCounts) {
    const members = inOrder.filter(({ topicIds }) => topicIds.has(topicId));
    const least = Math.floor(count / members.length);
    const withOneMore = count % members.length;
    let next = 0;
    for (const [index, { memberId }] of members.entries()) {
      const end = next + least + (index < withOneMore ? 1 : 0);
      for (; next < end; next += 1) result.get(memberId)?.add(partitionKey(topicId, next));
    }
  }
  return result;
};

/** Static members first, so that one that comes back with another member id has its place. */
function byId(a: Subscriber, b: Subscriber): number {
  return rankOf(a) < rankOf(b) ? -1 : 1;
}

function rankOf({ memberId, instanceId }: Subscriber): string {
  return instanceId === null ? `1${memberId}` : `0${instanceId}`;
}
