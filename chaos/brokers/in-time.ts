import { setTimeout as pause } from 'node:timers/promises';
import type { Patience } from './until.ts';

/**
 * The result of `work`. Work that takes too long is not stopped; its result is ignored.
 *
 * @throws when it takes too long, or the signal is aborted
 */
export async function inTime<T>(work: Promise<T>, { what, within = 60_000, signal }: Patience): Promise<T> {
  const over = new AbortController();
  const limit = pause(within, undefined, { signal: signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]) });
  const tooLate = limit.then(() => Promise.reject(new Error(`${what}: not within ${within / 1_000} s`)));
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    over.abort();
  }
}
