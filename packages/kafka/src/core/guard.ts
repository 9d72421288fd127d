import { diag } from '@opentelemetry/api';
import { errorMessage } from './error-type.ts';
import { isThenable } from './outcome.ts';
import { scope } from './version.ts';

const logger = diag.createComponentLogger({ namespace: scope.name });
const everyone = {};
const said = new WeakMap<object, Set<string>>();

/**
 * Warns through OpenTelemetry's `diag`, once per `subject` and owner.
 *
 * @param owner the object that warns once for itself; by default one warning per process
 */
export function warnOnce(subject: string, text: string, owner: object = everyone): void {
  let subjects = said.get(owner);
  if (subjects === undefined) said.set(owner, (subjects = new Set()));
  if (subjects.has(subject)) return;
  subjects.add(subject);
  try {
    logger.warn(text);
  } catch {
    // A diag logger that throws: the warning cannot be reported elsewhere.
  }
}

/**
 * Runs telemetry that must not change delivery: what it throws is logged once per subject and owner, and is not rethrown.
 *
 * @param subject what failed, as a reader of the log would call it
 * @param owner the object whose telemetry it is, such as the wrapped client: the fault of one client must not hide another's
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
 * Calls a user's function. What it throws is caught and logged like a fault of telemetry; so is the rejection of a promise that it
 * returns, which would otherwise end the process.
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
 * Calls a user's function whose answer is needed synchronously, with the same guard: a promise is no answer, which is
 * logged once per subject and owner.
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
