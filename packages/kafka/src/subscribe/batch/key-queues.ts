import { setImmediate as turnOfLoop } from 'node:timers/promises';

// Milliseconds: far below any heartbeat interval, and the longest that other work of the process waits.
const longest = 10;

// One for the whole module, as there is one event loop, which subscriptions share.
let since = performance.now();
let pause: Promise<void> | undefined;

/**
 * What to await before the next message starts: usually `undefined`. Handlers that await nothing would keep the event loop
 * busy until the end of their batch; no heartbeat and no commit would be sent, and the group would expel the member.
 */
function loopPause(): Promise<void> | undefined {
  if (performance.now() - since < longest) return undefined;
  pause ??= turnOfLoop().then(() => {
    since = performance.now();
    pause = undefined;
  });
  return pause;
}

/** How {@link runQueues} runs its items. */
export interface KeyQueues<T> {
  /** The queue of an item; items of one queue run one after the other. `undefined`: it has a queue of its own. */
  readonly queueOf: (item: T) => string | undefined;
  /** Queues that run at the same time, from 1. */
  readonly limit: number;
  /** Must not reject. */
  readonly run: (item: T) => Promise<void> | undefined;
  /** Checked before each item; once true, no other item starts. */
  readonly isStopped: () => boolean;
}

interface Queue<T> {
  readonly items: T[];
  next: number;
}

/**
 * Runs every item: those of one queue in order, different queues at the same time. After each item its queue goes to the
 * end of the line, so that a busy key does not delay the others. It yields to the event loop, also when no item awaits anything.
 *
 * @returns when all started items have ended
 */
export async function runQueues<T>(items: Iterable<T>, { queueOf, limit, run, isStopped }: KeyQueues<T>): Promise<void> {
  const ready: Queue<T>[] = [];
  const byName = new Map<string, Queue<T>>();
  for (const item of items) {
    const name = queueOf(item);
    const queue = name === undefined ? undefined : byName.get(name);
    if (queue !== undefined) {
      queue.items.push(item);
      continue;
    }
    const opened: Queue<T> = { items: [item], next: 0 };
    ready.push(opened);
    if (name !== undefined) byName.set(name, opened);
  }
  let turn = 0;
  // A worker that finds no queue ends: as many others work on the remaining queues.
  const work = async (): Promise<void> => {
    while (turn < ready.length && !isStopped()) {
      const queue = ready[turn++] as Queue<T>;
      await run(queue.items[queue.next++] as T);
      if (queue.next < queue.items.length) ready.push(queue);
      const pause = loopPause();
      if (pause !== undefined) await pause;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, ready.length) }, work));
}
