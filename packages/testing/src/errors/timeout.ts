import { TestingError } from './testing-error.ts';

/** The longest time that a timer of Node can wait, in milliseconds; it fires at once for more. */
const longestTimer = 2 ** 31 - 1;

/** @throws {TestingError} `invalid_argument` unless it is a number of milliseconds that a timer can wait for */
export function checkTimeout(timeout: number): void {
  if (timeout >= 0 && timeout <= longestTimer) return;
  throw new TestingError('invalid_argument', `timeout is a number of milliseconds up to ${longestTimer}, not ${String(timeout)}.`);
}

/**
 * What `promise` resolves to.
 *
 * @param complaint is asked for the error's message when the time is over, so that it can say what there is by then
 * @throws {TestingError} `timeout` when it has not settled after so many milliseconds; `invalid_argument` for a time that no timer
 * can wait for
 */
export async function beforeTimeout<T>(promise: Promise<T>, milliseconds: number, complaint: () => string): Promise<T> {
  checkTimeout(milliseconds);
  const expired = Promise.withResolvers<never>();
  const timer = setTimeout(() => expired.reject(new TestingError('timeout', complaint())), milliseconds);
  try {
    return await Promise.race([promise, expired.promise]);
  } finally {
    clearTimeout(timer);
  }
}
