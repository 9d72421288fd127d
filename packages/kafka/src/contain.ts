import { diag } from '@opentelemetry/api';
import { errorMessage } from './error-type.ts';
import { scope } from './version.ts';

const logger = diag.createComponentLogger({ namespace: scope.name });
const said = new Set<string>();

/** Warns through OpenTelemetry's `diag`, the first time that `subject` has something to say. */
export function warnOnce(subject: string, text: string): void {
  if (said.has(subject)) return;
  said.add(subject);
  logger.warn(text);
}

/**
 * Runs telemetry that must not change delivery: what it throws is logged once a subject and goes no further.
 *
 * @param subject what failed, as a reader of the log would call it
 * @returns what `telemetry` returns, `undefined` when it threw
 */
export function contained<T>(subject: string, telemetry: () => T): T | undefined {
  try {
    return telemetry();
  } catch (error) {
    warnOnce(subject, `${subject} failed; messages are not affected: ${errorMessage(error)}`);
    return undefined;
  }
}
