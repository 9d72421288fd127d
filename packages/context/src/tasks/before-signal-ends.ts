import { constants } from 'node:os';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { processWide } from '../errors/diagnostics.ts';

/** Must not reject. */
type Work = (answer: boolean) => Promise<unknown>;

/** What a signal has begun. */
interface Ending {
  /** How much of it is not over. */
  running: number;
  /** What runs when all of it is over. */
  readonly last: Set<Work>;
  /** Has the same signal end the process again, where it does not yet. */
  heedAgain: (() => void) | undefined;
}

/**
 * Milliseconds after a signal in which the same one is no second wish. Who starts a program by `npm run` and presses Ctrl-C sends it SIGINT
 * twice: the terminal tells all its processes, and npm hands on what it was told.
 */
const repeatWithin = 500;

/** Of all copies of our packages in the process. */
const ours = processWide('@tracelink/context.signals.3', () => ({
  /** Listeners that are no handling of a signal: they end the process by it. */
  listeners: new WeakSet<object>(),
  endings: new Map<NodeJS.Signals, Ending>(),
}));

/**
 * Runs `work` when the process gets one of `signals`, and then ends it by that signal, unless the program has a listener of its own: that
 * decides. Of several that are registered, the last one to be over ends the process. The same signal again, but for the first half second, is
 * not waited for.
 *
 * @param work is told whether it is alone: no one else does anything at this signal
 * @param last runs when other work of the same signal is over, too, and before the process ends; not where there is no other work.
 *   It is told whether the program has a listener of its own, which may still be busy
 * @returns removes the listeners
 */
export function beforeSignalEnds(signals: readonly NodeJS.Signals[], work: Work, last?: Work): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    const others = process.listeners(signal).filter((listener) => listener !== onSignal);
    const isHandled = others.some((listener) => !ours.listeners.has(listener));
    const ending = endingAt(signal);
    const hasOtherWork = ending.running > 0 || others.some((listener) => ours.listeners.has(listener));
    // What the program does at a second signal stays as it is, also when it sends that one itself.
    if (!isHandled) ending.heedAgain ??= ignore(signal);
    process.off(signal, onSignal);
    if (last !== undefined && hasOtherWork) ending.last.add(last);
    ending.running++;
    void work(!hasOtherWork && !isHandled).finally(() => void over(signal, ending, isHandled));
  };
  ours.listeners.add(onSignal);
  // Before all others: a listener of `once` is taken away before it is called, and handles the signal all the same.
  for (const signal of signals) process.prependListener(signal, onSignal);
  return () => {
    for (const signal of signals) {
      process.off(signal, onSignal);
      if (last !== undefined) ours.endings.get(signal)?.last.delete(last);
    }
  };
}

function endingAt(signal: NodeJS.Signals): Ending {
  let ending = ours.endings.get(signal);
  if (ending === undefined) ours.endings.set(signal, (ending = { running: 0, last: new Set(), heedAgain: undefined }));
  return ending;
}

/** @returns has it end the process again, which happens by itself after {@link repeatWithin} */
function ignore(signal: NodeJS.Signals): () => void {
  const listener = (): void => {};
  ours.listeners.add(listener);
  process.on(signal, listener);
  const heedAgain = (): void => {
    clearTimeout(timer);
    process.off(signal, listener);
  };
  const timer = setTimeout(heedAgain, repeatWithin).unref();
  return heedAgain;
}

async function over(signal: NodeJS.Signals, ending: Ending, isHandled: boolean): Promise<void> {
  ending.running--;
  if (ending.running > 0) return;
  const last = [...ending.last];
  ending.last.clear();
  await Promise.all(last.map((run) => run(isHandled)));
  if (isHandled) return;
  // Node writes the warnings that the work has caused.
  await turnOfLoop();
  ending.heedAgain?.();
  ending.heedAgain = undefined;
  endBySignal(signal);
}

/**
 * Ends a process by a signal that no one listens to any more. As PID 1 of a container it exits with the code that a shell shows for such an
 * end: Linux drops a signal that PID 1 sends to itself and does not handle, and with a server open the process would stay.
 */
export function endBySignal(signal: NodeJS.Signals, of: Pick<NodeJS.Process, 'pid' | 'kill' | 'exit'> = process): void {
  if (of.pid === 1) of.exit(128 + constants.signals[signal]);
  else of.kill(of.pid, signal);
}
