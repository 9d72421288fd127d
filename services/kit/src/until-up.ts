import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';

/** The delays of {@link untilUp} between two attempts. */
export interface UntilUpOptions {
  readonly log: Logger;
  /** Ends the waiting: `untilUp` rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

const firstPause = 100;
const longestPause = 2_000;

/**
 * Tries to reach something that may start later than this process, until it succeeds or the signal is aborted.
 * Delays double from 100 ms to 2 s. A service started before its database or broker waits instead of ending.
 *
 * @param name the name of the dependency in the log
 */
export async function untilUp<T>(name: string, attempt: () => Promise<T>, { log, signal }: UntilUpOptions): Promise<T> {
  for (let wait = firstPause; ; wait = Math.min(wait * 2, longestPause)) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      log.warn({ error, retryInMs: wait }, `${name} is not up yet`);
    }
    await pause(wait, undefined, { signal });
  }
}
