import { setTimeout as pause } from 'node:timers/promises';

/** The limits of {@link until}. */
export interface Patience {
  /** The condition, for the error. */
  readonly what: string;
  /** Milliseconds. @default 60_000 */
  readonly within?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Polls four times a second until `holds`; a poll that fails is repeated. For changes that a cluster does not announce.
 *
 * @throws when it takes too long, or the signal is aborted
 */
export async function until(holds: () => Promise<boolean>, { what, within = 60_000, signal }: Patience): Promise<void> {
  const end = performance.now() + within;
  let failure: unknown;
  for (;;) {
    signal?.throwIfAborted();
    try {
      if (await holds()) return;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > end) throw new Error(`${what}: not within ${within / 1_000} s`, { cause: failure });
    await pause(250, undefined, signal === undefined ? {} : { signal });
  }
}
