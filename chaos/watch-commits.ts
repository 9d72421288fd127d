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
  /** Gets each position that is new. */
  readonly saw: (position: CommittedPosition) => void;
  readonly signal: AbortSignal;
}

/** Asks the broker for a group's commits again and again. Resolves when they are at the end of every partition. */
export async function watchCommits({ admin, groupId, topic, ends, saw, signal }: WatchedGroup): Promise<void> {
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
    return [...ends].every(([partition, end]) => committed.get(partition) === end);
  };
  await until(isComplete, { what: 'Everything is committed', within: Infinity, signal });
}
