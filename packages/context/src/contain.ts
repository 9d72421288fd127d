import { diag } from '@opentelemetry/api';
import { errorMessage } from './error-text.ts';
import { scope } from './version.ts';

const logger = diag.createComponentLogger({ namespace: scope.name });

/**
 * Runs telemetry that must not change what the application does: what it throws goes to OpenTelemetry's `diag` and no further.
 *
 * @param subject what failed, as a reader of the log would call it
 * @returns what `telemetry` returns, `undefined` when it threw
 */
export function contained<T>(subject: string, telemetry: () => T): T | undefined {
  try {
    return telemetry();
  } catch (error) {
    complain(`${subject} failed; the work itself is not affected`, error);
    return undefined;
  }
}

/** Says through OpenTelemetry's `diag` what went wrong and why; never throws. */
export function complain(what: string, error: unknown): void {
  try {
    logger.error(`${what}: ${errorMessage(error)}`);
  } catch {
    // A diag logger that throws: there is nobody left to tell.
  }
}
