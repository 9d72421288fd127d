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
    complain(subject, error);
    return undefined;
  }
}

/** Says through `diag` that `subject` failed and that the work was not affected; never throws. */
function complain(subject: string, error: unknown): void {
  try {
    logger.error(`${subject} failed; the work itself is not affected: ${errorMessage(error)}`);
  } catch {
    // A diag logger that throws: there is nobody left to tell.
  }
}
