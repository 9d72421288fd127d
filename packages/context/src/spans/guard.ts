import { diagnosticsOf, type Diagnostics } from '../errors/diagnostics.ts';
import { scope } from './semconv.ts';

const own = diagnosticsOf(scope.name);

export const guard: Diagnostics['guard'] = own.guard;
export const logError: Diagnostics['logError'] = own.logError;

/**
 * Calls a function of the user's and waits for what it returns: what it throws or rejects with goes to OpenTelemetry's `diag` and no
 * further. Never rejects.
 *
 * @param subject what failed, as a reader of the log would call it
 * @param owner whose function it is: the fault of one must not hide another's; by default that of the process
 */
export async function guardCallback(subject: string, callback: () => unknown, owner?: object): Promise<void> {
  try {
    await callback();
  } catch (error) {
    logError(`${subject} failed`, error, { owner });
  }
}
