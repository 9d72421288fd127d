import { TestingError } from './testing-error.ts';

/**
 * What `promise` resolves to.
 *
 * @param complaint is asked for the error's message when the time is over, so that it can say what there is by then
 * @throws {TestingError} `timeout` when it has not settled after so many milliseconds
 */
export async function beforeTimeout<T>(promise: Promise<T>, milliseconds: number, complaint: () => string): Promise<T> {
  const expired = Promise.withResolvers<never>();
  const timer = setTimeout(() => expired.reject(new TestingError('timeout', complaint())), milliseconds);
  try {
    return await Promise.race([promise, expired.promise]);
  } finally {
    clearTimeout(timer);
  }
}
