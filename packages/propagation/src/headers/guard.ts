import { diagnosticsOf, type Diagnostics } from '@tracelink/context/internal';

const own = diagnosticsOf('@tracelink/propagation');

/**
 * Logs an error of code that is not ours and that ran while a message flowed: a global propagator, a meter provider, getters and proxies in
 * headers. None reaches the message. For a `try` in the path of every message, where making a function costs a tenth of the work.
 */
export const logError: Diagnostics['logError'] = own.logError;

/**
 * The same around a function. It returns what the function returns, `undefined` when that threw.
 */
export const guard: Diagnostics['guard'] = own.guard;

/** Logs a warning, once for each subject and owner. */
export const warnOnce: Diagnostics['warnOnce'] = own.warnOnce;

/**
 * A user's policy as a function of the topic that always answers: where `policy` throws, or answers with anything but one of
 * `answers`, such as a promise, the careful `fallback` counts. That is logged as a warning, once for each policy.
 */
export function guardPolicy<T extends string>(
  option: string,
  policy: (topic: string) => T,
  answers: readonly T[],
  fallback: T,
): (topic: string) => T {
  return (topic) => {
    try {
      const answer = policy(topic);
      if (answers.includes(answer)) return answer;
      // A promise is no answer, and its rejection, which no one would handle, ends the process.
      Promise.resolve(answer).catch(() => {});
    } catch {
      // Told below: a policy that throws must not stop a message.
    }
    warnOnce(option, `the option "${option}" gave no usable answer for topic "${topic}", so it counts as "${fallback}"`, policy);
    return fallback;
  };
}
