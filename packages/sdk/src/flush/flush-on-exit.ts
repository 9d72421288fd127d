// A turn of the event loop, in which Node writes the warnings that the end has caused.
import { setImmediate as turn } from 'node:timers/promises';
import { beforeSignalEnds } from '@tracelink/context/internal';
import { beforeOwnKill } from './before-own-kill.ts';
import type { FlushReport } from './flush.ts';

/** What can be flushed, and ended. Neither rejects. */
interface Flushable {
  forceFlush(): Promise<FlushReport>;
  shutdown(): Promise<FlushReport>;
}

const signals = ['SIGTERM', 'SIGINT'] as const;

/**
 * Delivers what is still held back when the process is about to end: when its event loop is empty, on SIGTERM and on
 * SIGINT. How the process ends stays as it was: a signal that no one else handles ends it by that signal, and the exit
 * code is not touched. A second signal does not wait, but for the first half second, in which npm hands on the same Ctrl-C.
 *
 * Where others drain at the signal, there is a flush at once and one when they are done. What a program records that handles
 * the signal itself is flushed when it sends the signal again, or when the event loop is empty. `process.exit()` lets nothing
 * asynchronous happen: call `shutdown()` before it.
 *
 * @returns takes the handlers away again
 */
export function flushOnExit(tracing: Flushable): () => void {
  let ignoreKill = (): void => {};
  const atSignal = (isAlone: boolean): Promise<FlushReport> => {
    if (isAlone) return tracing.shutdown();
    ignoreKill();
    ignoreKill = beforeOwnKill(signals, () => tracing.shutdown());
    // The others may take longer than the process is given.
    return tracing.forceFlush();
  };
  const whenDrained = (isHandled: boolean): Promise<FlushReport> => (isHandled ? tracing.forceFlush() : tracing.shutdown());
  const ignoreSignals = beforeSignalEnds(signals, atSignal, whenDrained);
  let isFlushed = false;
  const onBeforeExit = (): void => {
    // What others do now may record more: after it the loop is empty once more.
    if (isFlushed || process.listenerCount('beforeExit') === 1) return void endOfLoop(tracing);
    isFlushed = true;
    // The turn has Node ask again, also where nothing else waits for anything.
    void tracing.forceFlush().then(() => turn());
  };
  // Before all others: a listener of `once` is taken away before it is called.
  process.prependListener('beforeExit', onBeforeExit);
  return () => {
    ignoreSignals();
    ignoreKill();
    process.off('beforeExit', onBeforeExit);
  };
}

async function endOfLoop(tracing: Pick<Flushable, 'shutdown'>): Promise<void> {
  const { unflushed } = await tracing.shutdown();
  if (unflushed.length === 0) return;
  await turn();
  // An exporter that still tries would keep a process alive that has nothing else to do.
  process.exit();
}
