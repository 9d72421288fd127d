/**
 * What `work` gives, or a rejection as soon as `signal` is aborted. The work itself goes on: `late` gets what it gives then, and
 * how it fails is of no interest any more.
 *
 * @throws what `work` rejects with; the signal's reason
 */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal, late: (result: T) => void): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => {
    reject(signal.reason as Error);
    work.then(late, () => {});
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
