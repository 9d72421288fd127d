import { setTimeout as wait } from 'node:timers/promises';

/**
 * The result of `work`, or a rejection as soon as `signal` is aborted. The work itself continues: its later result or error is ignored.
 *
 * @throws what `work` rejects with; the signal's reason
 */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Milliseconds in which aborted work may end in order: a broker that is away would delay it for minutes. */
const grace = 1_000;

/**
 * The result of `work`, which ends when `signal` is aborted; or that of `abandoned`, when it has not ended some time after that.
 * The later result of `work` is ignored.
 */
export async function endInTime<T>(work: Promise<T>, signal: AbortSignal | undefined, abandoned: () => T): Promise<T> {
  if (signal === undefined) return work;
  const ended = new AbortController();
  const aborted = Promise.withResolvers<void>();
  const abort = (): void => aborted.resolve();
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  const late = aborted.promise.then(() => wait(grace, undefined, { signal: ended.signal })).then(abandoned);
  // A rejection here comes too late to matter.
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    ended.abort();
    signal.removeEventListener('abort', abort);
    work.catch(() => {});
  }
}

/** Waits for `work`, and no longer than `ms` milliseconds: the work itself continues. @throws what `work` rejects with until then */
export async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const { promise: tooLate, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
