import { setImmediate as turnOfLoop } from 'node:timers/promises';

// Milliseconds: far below any heartbeat interval, and what other work of the process waits at most.
const longest = 10;

// One for the whole module, as there is one event loop: subscriptions share it.
let since = performance.now();
let pause: Promise<void> | undefined;

/**
 * What to wait for before the next message is begun: `undefined` mostly. Handlers that wait for nothing would keep the event loop
 * to themselves until the end of their batch; no heartbeat and no commit would be sent, and the group would take its member for dead.
 */
export function loopPause(): Promise<void> | undefined {
  if (performance.now() - since < longest) return undefined;
  pause ??= turnOfLoop().then(() => {
    since = performance.now();
    pause = undefined;
  });
  return pause;
}
