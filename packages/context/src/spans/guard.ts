import { diag } from '@opentelemetry/api';
import { errorType } from '../errors/context-error.ts';
import { errorMessage } from '../errors/thrown-value.ts';
import { scope } from './semconv.ts';

const logger = diag.createComponentLogger({ namespace: scope.name });
const wholeProcess = {};
const faults = new WeakMap<object, Map<string, number>>();

// A task that is named by an id makes a kind of fault of each: those beyond this many count as one.
const mostKinds = 100;

/**
 * Runs telemetry that must not change what the application does: what it throws goes to OpenTelemetry's `diag` and no further.
 *
 * @param subject what failed, as a reader of the log would call it
 * @returns what `telemetry` returns, `undefined` when it threw
 */
export function guard<T>(subject: string, telemetry: () => T): T | undefined {
  try {
    return telemetry();
  } catch (error) {
    logError(`${subject} failed; the work itself is not affected`, error);
    return undefined;
  }
}

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

/** What {@link logError} knows beside the fault. */
interface FaultDetails {
  /** Counts its faults for itself. @default the process */
  readonly owner?: object | undefined;
  /** What tells this fault from others of its kind, such as a trace id. @default nothing */
  readonly detail?: string;
}

/**
 * Says through OpenTelemetry's `diag` what went wrong and why; never throws. A kind of fault, which is `what` and the error's type, is
 * said the first time and then counted: the log has a line more at the 10th, the 100th, the 1000th time, with the count.
 */
export function logError(what: string, error: unknown, { owner = wholeProcess, detail = '' }: FaultDetails = {}): void {
  const count = countFault(owner, `${what}: ${errorType(error)}`);
  if (!/^10*$/.test(String(count))) return;
  const times = count === 1 ? '' : ` (${count} times by now)`;
  try {
    logger.error(`${what}${times}${detail}: ${errorMessage(error)}`);
  } catch {
    // A diag logger that throws: no one is left to tell.
  }
}

/** How often this kind of fault has occurred, this time included. */
function countFault(owner: object, kind: string): number {
  let counts = faults.get(owner);
  if (counts === undefined) faults.set(owner, (counts = new Map()));
  const counted = counts.has(kind) || counts.size < mostKinds ? kind : 'others';
  const count = (counts.get(counted) ?? 0) + 1;
  counts.set(counted, count);
  return count;
}
