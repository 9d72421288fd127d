import { AsyncResource } from 'node:async_hooks';

// Without it each resource has a finalizer, for hooks that want to know its end.
const options = { requireManualDestroy: true };

/**
 * Runs a handler so that what it enters (`AsyncLocalStorage.enterWith`) ends with it: a client calls one handler after the other from one
 * loop, and the next message would find the store of the one before. Stores that were there before stay. `AsyncLocalStorage.run` does not
 * do it: it restores its own store only.
 */
export function inOwnAsyncContext<T>(handle: () => T): T {
  return new AsyncResource('tracelink.handler', options).runInAsyncScope(handle);
}
