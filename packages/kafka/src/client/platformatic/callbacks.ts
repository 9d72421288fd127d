import type { Callback } from './shapes.ts';

/**
 * A method of this client that is traced as one that returns a promise: called with a callback it returns nothing, as the client's own does.
 * The callback runs in its caller's context, and what it throws is an uncaught exception, as without us.
 */
export function withCallback<A, R>(method: (argument: A) => Promise<R>): (argument: A, callback?: Callback) => Promise<R> | undefined {
  return (argument, callback) => {
    const result = method(argument);
    if (typeof callback !== 'function') return result;
    result.then(
      (value) => process.nextTick(callback, null, value),
      (error: unknown) => process.nextTick(callback, error),
    );
    return undefined;
  };
}
