import { AsyncResource } from 'node:async_hooks';

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
