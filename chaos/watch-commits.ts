import type { Admin } from 'kafkajs';
import type { CommittedPosition } from './journal.ts';
import { until } from './until.ts';

/** What is watched. */
export interface WatchedGroup {
  readonly admin: Admin;
  readonly groupId: string;
  readonly topic: string;
  /** Where each partition ends. */
  readonly ends: ReadonlyMap<number, number>;
  /** What the group has to come to the end of, too, in this order: a message goes from one to the next. */
  readonly retryTopics: readonly string[];
  /** Gets each position that is new. */
  readonly saw: (position: CommittedPosition) => void;
  readonly signal: AbortSignal;
}

/** Asks the broker for a group's commits again and again. Resolves when they are at the end of every partition, and nothing waits to be tried later. */
export async function watchCommits({ admin, groupId, topic, ends, retryTopics, saw, signal }: WatchedGroup): Promise<void> {
  const last = new Map<number, string>();
  const isComplete = async (): Promise<boolean> => {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const positions = (found?.partitions ?? []).filter(({ offset }) => offset !== '-1');
    for (const { partition, offset, metadata } of positions) {
      const position = `${offset}/${metadata}`;
      if (last.get(partition) === position) continue;
      last.set(partition, position);
      saw({ partition, offset, metadata });
    }
    const committed = new Map(positions.map(({ partition, offset }) => [partition, Number(offset)]));
    if (![...ends].every(([partition, end]) => committed.get(partition) === end)) return false;
    for (const retryTopic of retryTopics) if (await isBehind(admin, groupId, retryTopic)) return false;
    return true;
  };
  await until(isComplete, { what: 'Everything is committed', within: Infinity, signal });
}

async function isBehind(admin: Admin, groupId: string, topic: string): Promise<boolean> {
  const ends = await admin.fetchTopicOffsets(topic);
  const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const committed = new Map((found?.partitions ?? []).map(({ partition, offset }) => [partition, offset]));
  return ends.some(({ partition, low, high }) => low !== high && committed.get(partition) !== high);
}
