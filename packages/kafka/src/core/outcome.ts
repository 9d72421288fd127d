import { AsyncResource } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';

/** How a call ended: with a value, or with what it threw or rejected with. */
export type Outcome<T> = { readonly failed: false; readonly value: Awaited<T> } | { readonly failed: true; readonly error: unknown };

/** A call and what is done when it has ended. */
export interface Watched<T> {
  run(): T;
  /** Called once; must not throw. */
  ended(outcome: Outcome<T>): void;
}

/**
 * Calls `run` and passes its outcome to `ended` once, synchronously or later; the caller sees exactly what it would see
 * without us: the same value, the same error object, a synchronous throw as a synchronous throw.
 * `ended` must not throw.
 */
export function watch<T>(run: () => T, ended: (outcome: Outcome<T>) => void): T {
  return watchCall({ run, ended });
}

/** The same, where the call is an object: one for each message, in place of two functions and what they hold on to. */
export function watchCall<T>(call: Watched<T>): T {
  let result: T;
  let isPromise: boolean;
  try {
    result = call.run();
    isPromise = isThenable(result);
  } catch (error) {
    call.ended({ failed: true, error });
    throw error;
  }
  if (!isPromise) {
    call.ended({ failed: false, value: result as Awaited<T> });
    return result;
  }
  return Promise.resolve(result).then(
    (value) => {
      call.ended({ failed: false, value: value as Awaited<T> });
      return value;
    },
    (error: unknown) => {
      call.ended({ failed: true, error });
      throw error;
    },
  ) as T;
}

/** Whether a value must be awaited. Throws what a `then` that cannot be read throws, as `await` would. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  const canHaveThen = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return canHaveThen && typeof (value as { then?: unknown }).then === 'function';
}

/**
 * The result of `work`, or a rejection as soon as `signal` is aborted. The work itself continues: `late` gets its later result, and
 * its later error is ignored.
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

// Without it each resource has a finalizer, for hooks that want to know its end.
const ownResource = { requireManualDestroy: true };

/**
 * Runs a handler so that what it enters (`AsyncLocalStorage.enterWith`) ends with it: a client calls one handler after the other from one
 * loop, and the next message would find the store of the one before. Stores that were there before stay. `AsyncLocalStorage.run` does not
 * do it: it restores its own store only.
 */
export function inOwnAsyncContext<T>(handle: () => T): T {
  return new AsyncResource('tracelink.handler', ownResource).runInAsyncScope(handle);
}

/** `handle` with each call so. A message brings no function of its own. */
export function eachInOwnAsyncContext<A, T>(handle: (argument: A) => T): (argument: A) => T {
  return (argument) => new AsyncResource('tracelink.handler', ownResource).runInAsyncScope(handle, undefined, argument);
}
