import { loopPause } from './loop-pause.ts';

/** How {@link runLanes} goes through its items. */
export interface Lanes<T> {
  /** The lane of an item; items of one lane are run one after the other. `undefined`: it has a lane of its own. */
  readonly laneOf: (item: T) => string | undefined;
  /** Lanes at work at the same time, from 1. */
  readonly limit: number;
  /** Must not reject. */
  readonly run: (item: T) => Promise<void> | undefined;
  /** Asked before each item; once true, no other item is begun. */
  readonly isStopped: () => boolean;
}

interface Lane<T> {
  readonly items: T[];
  next: number;
}

/**
 * Runs every item: those of one lane in their order, different lanes at the same time. A lane that has had its turn goes to the
 * end of the queue, so that a busy key does not hold up the others. The event loop turns meanwhile, also when no item waits.
 *
 * @returns when all that was begun has ended
 */
export async function runLanes<T>(items: Iterable<T>, { laneOf, limit, run, isStopped }: Lanes<T>): Promise<void> {
  const ready: Lane<T>[] = [];
  const byName = new Map<string, Lane<T>>();
  for (const item of items) {
    const name = laneOf(item);
    const lane = name === undefined ? undefined : byName.get(name);
    if (lane !== undefined) {
      lane.items.push(item);
      continue;
    }
    const opened: Lane<T> = { items: [item], next: 0 };
    ready.push(opened);
    if (name !== undefined) byName.set(name, opened);
  }
  let turn = 0;
  // A worker that finds no lane leaves: those that are left are in the hands of as many others.
  const work = async (): Promise<void> => {
    while (turn < ready.length && !isStopped()) {
      const lane = ready[turn++] as Lane<T>;
      await run(lane.items[lane.next++] as T);
      if (lane.next < lane.items.length) ready.push(lane);
      const pause = loopPause();
      if (pause !== undefined) await pause;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, ready.length) }, work));
}
