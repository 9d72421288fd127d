import { diag } from '@opentelemetry/api';
import { errorMessage } from './error-type.ts';
import { isThenable } from './outcome.ts';
import { scope } from './version.ts';

const logger = diag.createComponentLogger({ namespace: scope.name });
const everyone = {};
const said = new WeakMap<object, Set<string>>();

/**
 * Warns through OpenTelemetry's `diag`, the first time that `subject` has something to say.
 *
 * @param owner says it for itself, once; by default once for the process
 */
export function warnOnce(subject: string, text: string, owner: object = everyone): void {
  let subjects = said.get(owner);
  if (subjects === undefined) said.set(owner, (subjects = new Set()));
  if (subjects.has(subject)) return;
  subjects.add(subject);
  try {
    logger.warn(text);
  } catch {
    // A diag logger that throws: there is no one left to tell.
  }
}

/**
 * Runs telemetry that must not change delivery: what it throws is logged once a subject and owner, and goes no further.
 *
 * @param subject what failed, as a reader of the log would call it
 * @param owner whose telemetry it is, such as the wrapped client's: the fault of one client must not hide another's
 * @returns what `telemetry` returns, `undefined` when it threw
 */
export function contained<T>(subject: string, telemetry: () => T, owner?: object): T | undefined {
  try {
    return telemetry();
  } catch (error) {
    warnOnce(subject, `${subject} failed; messages are not affected: ${errorMessage(error)}`, owner);
    return undefined;
  }
}

/**
 * Calls a function of the user's. What it throws is contained like telemetry; so is a promise of its that rejects, which would
 * otherwise end the process.
 *
 * @param subject the option or hook, as a reader of the log would call it
 * @returns what `callback` returns, also a promise; `undefined` when it threw
 */
export function containedCallback<T>(subject: string, callback: () => T, owner?: object): T | undefined {
  return contained(
    subject,
    () => {
      const returned = callback();
      if (isThenable(returned)) returned.then(undefined, (reason: unknown) => contained(subject, () => raise(reason), owner));
      return returned;
    },
    owner,
  );
}

/**
 * Asks a function of the user's, contained. Its answer is needed at once: one that returns a promise has not answered, which is
 * logged once a subject and owner.
 *
 * @param subject the option, as a reader of the log would call it
 * @returns what `callback` returns, `undefined` when it threw or returned a promise
 */
export function containedAnswer<T>(subject: string, callback: () => T, owner?: object): T | undefined {
  const answer = containedCallback(subject, callback, owner);
  if (!contained(subject, () => isThenable(answer), owner)) return answer;
  warnOnce(`${subject}, a promise`, `${subject} returned a promise, which is no answer: it must be a function that answers at once`, owner);
  return undefined;
}

function raise(reason: unknown): never {
  throw reason;
}
