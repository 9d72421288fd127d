import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { processWide } from '../errors/diagnostics.ts';

/** Of all copies of our packages in the process. */
const ours = processWide('@tracelink/context.signals.1', () => ({
  /** Listeners that are no handling of a signal: they end the process by it. */
  listeners: new WeakSet<object>(),
  /** How much work a signal has begun that is not over. */
  running: new Map<NodeJS.Signals, number>(),
}));

/**
 * Runs `work` when the process gets one of `signals`, and then ends it by that signal, unless the program has a listener of its own: that
 * decides. Of several that are registered, the last one to be over ends the process. The same signal again is not waited for.
 *
 * @param work must not reject; `isAlone`: no one else does anything at this signal
 * @returns removes the listeners
 */
export function beforeSignalEnds(signals: readonly NodeJS.Signals[], work: (isAlone: boolean) => Promise<unknown>): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    process.off(signal, onSignal);
    const others = process.listeners(signal);
    const isHandled = others.some((listener) => !ours.listeners.has(listener));
    const isAlone = others.length === 0 && runningAt(signal) === 0;
    ours.running.set(signal, runningAt(signal) + 1);
    void work(isAlone).finally(() => {
      ours.running.set(signal, runningAt(signal) - 1);
      if (!isHandled && runningAt(signal) === 0) void endBy(signal);
    });
  };
  ours.listeners.add(onSignal);
  // Before all others: a listener of `once` is taken away before it is called, and handles the signal all the same.
  for (const signal of signals) process.prependListener(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}

function runningAt(signal: NodeJS.Signals): number {
  return ours.running.get(signal) ?? 0;
}

async function endBy(signal: NodeJS.Signals): Promise<void> {
  // Node writes the warnings that the work has caused.
  await turnOfLoop();
  process.kill(process.pid, signal);
}
