import { diag } from '@opentelemetry/api';

/**
 * Runs code that is not ours while a message flows: a global propagator, a meter provider, getters and proxies in headers.
 * What it throws never reaches the message: it is logged at debug level, each time, and `instead` is the answer.
 *
 * @param what names in a sentence who threw, and at what
 */
export function guard<T>(what: string, run: () => T, instead: T): T {
  try {
    return run();
  } catch (error) {
    logThrown(what, error);
    return instead;
  }
}

/** What {@link guard} says of an error: for a `try` in the path of every message, where making `run` costs a tenth of the work. */
export function logThrown(what: string, error: unknown): void {
  log(() => diag.debug(`@tracelink/propagation: ${what}`, error));
}

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
  let warned = false;
  return (topic) => {
    try {
      const answer = policy(topic);
      if (answers.includes(answer)) return answer;
      // A promise is no answer, and its rejection, which no one would handle, ends the process.
      Promise.resolve(answer).catch(() => {});
    } catch {
      // Told below: a policy that throws must not stop a message.
    }
    if (!warned) {
      warned = true;
      log(() =>
        diag.warn(
          `@tracelink/propagation: the option "${option}" gave no usable answer for topic "${topic}", so it counts as "${fallback}"`,
        ),
      );
    }
    return fallback;
  };
}

/** A logger is the user's as well, and there is no one left to tell that it throws. */
function log(write: () => void): void {
  try {
    write();
  } catch {}
}
