import { constants } from 'node:os';
import { beforeSignalEnds } from '@tracelink/context/internal';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { aFunction, checkOptions, hasMethods, type Rule } from '../core/option-rules.ts';

/** An argument of `drainOnSignal`: a subscription, background tasks, an outbox relay. */
export interface Drainable {
  drain(): Promise<unknown>;
}

/** Options of `drainOnSignal`. */
export interface DrainOnSignalOptions {
  /** Names of signals that a process can listen to. @default ['SIGTERM'] */
  readonly signals?: readonly NodeJS.Signals[];
  /**
   * Called after the drains, before the process ends: disconnects producers, flushes tracing. What it throws is ignored.
   *
   * @default nothing
   */
  readonly afterwards?: () => unknown;
}

const heard: Rule = {
  must: 'a list of names of signals that a process can listen to',
  accepts: (value) =>
    Array.isArray(value) && value.every((name) => Object.hasOwn(constants.signals, name) && !['SIGKILL', 'SIGSTOP'].includes(name)),
};

/**
 * Drains all `drainables` at the same time when the process gets a signal; one that fails does not stop the others. Then the process ends
 * by the same signal, unless another listener handles it, also one of `once`. Of several calls the last one to be over ends it. A second
 * signal ends the process at once, but not the same one within half a second: npm hands on a Ctrl-C that the program has already.
 *
 * @returns a disposable that removes the listeners
 * @throws {KafkaTracingError} `invalid_option`, `unknown_option`
 */
export function drainOnSignal(drainables: readonly Drainable[], options: DrainOnSignalOptions = {}): Disposable {
  // Now, and not when the process ends.
  if (!Array.isArray(drainables) || !drainables.every((one) => hasMethods(one, 'drain')))
    throw new KafkaTracingError(
      'invalid_option',
      'drainOnSignal takes a list of what has drain(): subscriptions, background tasks, relays.',
    );
  checkOptions('drainOnSignal', options, { signals: heard, afterwards: aFunction });
  const { signals = ['SIGTERM'], afterwards } = options;
  const forget = beforeSignalEnds(signals, () => {
    // Another of the signals is a second one.
    forget();
    return drainAll(drainables, afterwards);
  });
  return { [Symbol.dispose]: forget };
}

async function drainAll(drainables: readonly Drainable[], afterwards: (() => unknown) | undefined): Promise<void> {
  // Each in a function of its own: one that throws synchronously must not keep the others from draining.
  await Promise.allSettled(drainables.map(async (drainable) => drainable.drain()));
  await Promise.allSettled([(async () => afterwards?.())()]);
}
