// A turn of the event loop, in which Node writes the warnings that the end has caused.
import { setImmediate as turn } from 'node:timers/promises';
import { beforeSignalEnds } from '@tracelink/context/internal';
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
 * code is not touched. A second signal does not wait.
 *
 * Where the program handles the signal itself, only a flush happens at the signal, and the work that it still does is
 * flushed when the event loop is empty. `process.exit()` lets nothing asynchronous happen: call `shutdown()` before it.
 *
 * @returns takes the handlers away again
 */
export function flushOnExit(tracing: Flushable): () => void {
  const ignoreSignals = beforeSignalEnds(signals, (isAlone) => (isAlone ? tracing.shutdown() : tracing.forceFlush()));
  const onBeforeExit = (): void => {
    void endOfLoop(tracing);
  };
  process.once('beforeExit', onBeforeExit);
  return () => {
    ignoreSignals();
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
