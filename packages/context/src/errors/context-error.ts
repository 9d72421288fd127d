import { BrandedError } from './branded-error.ts';
import { errorClass } from './thrown-value.ts';

/**
 * What went wrong, as a closed list:
 * - `invalid_option`: an option or argument that does not exist, or that cannot have this value
 * - `backlog_full`: a task was refused because too many wait already
 * - `draining`: a task was refused because the process is about to stop
 * - `drain_in_task`: a task asked for the drain that would wait for that very task
 * - `task_timeout`: the reason of a task's signal after the task's timeout
 * - `drain_timeout`: the reason of a task's signal after the drain's timeout
 * - `request_timeout`: the reason of a request's signal after the request's timeout
 * - `client_gone`: the reason of a request's signal when the connection closed before the response was complete
 */
export type ContextErrorCode =
  | 'invalid_option'
  | 'backlog_full'
  | 'draining'
  | 'drain_in_task'
  | 'task_timeout'
  | 'drain_timeout'
  | 'request_timeout'
  | 'client_gone';

/** The one error that this package makes; the code stands in front of the message. */
export class ContextError extends BrandedError<ContextErrorCode> {
  protected static override readonly brand: symbol = Symbol.for('@tracelink/context.ContextError');
  override readonly name = 'ContextError';
}

/**
 * The low-cardinality `error.type` of a thrown value: our code, else the class name, else `_OTHER`.
 * Source: semantic conventions, recording errors. Never throws.
 */
export function errorType(error: unknown): string {
  try {
    if (error instanceof ContextError) return error.code;
    return errorClass(error);
  } catch {
    return '_OTHER';
  }
}
