import { announceVersion, diagnosticsOf, type Diagnostics } from '@tracelink/context/internal';
import { isThenable } from './outcome.ts';
import { scope } from './version.ts';

announceVersion(scope.name, scope.version);
const own = diagnosticsOf(scope.name);

export const warnOnce: Diagnostics['warnOnce'] = own.warnOnce;

/**
 * Runs telemetry that must not change delivery: what it throws is logged through OpenTelemetry's `diag`, and goes no further.
 *
 * The owner is the object whose telemetry it is, such as the wrapped client: the fault of one client must not hide another's.
 */
export const guard: Diagnostics['guard'] = own.guard;

/** Logs what telemetry threw, as {@link guard} does: for where every message comes by, as a function for `guard` is made whether it is needed or not. */
export function fault(subject: string, error: unknown, owner?: object): void {
  guard(subject, () => raise(error), owner);
}

/**
 * Calls a user's function. What it throws is caught and logged like a fault of telemetry; so is the rejection of a promise that it
 * returns, which would otherwise end the process.
 *
 * @param subject the option or hook, as a reader of the log would call it
 * @returns what `callback` returns, also a promise; `undefined` when it threw
 */
export function guardCallback<T>(subject: string, callback: () => T, owner?: object): T | undefined {
  return guard(
    subject,
    () => {
      const returned = callback();
      if (isThenable(returned)) returned.then(undefined, (reason: unknown) => guard(subject, () => raise(reason), owner));
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
export function guardAnswer<T>(subject: string, callback: () => T, owner?: object): T | undefined {
  const answer = guardCallback(subject, callback, owner);
  if (!guard(subject, () => isThenable(answer), owner)) return answer;
  warnOnce(`${subject}, a promise`, `${subject} returned a promise, which is no answer: it must be a function that answers at once`, owner);
  return undefined;
}

function raise(reason: unknown): never {
  throw reason;
}
