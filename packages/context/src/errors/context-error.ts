/**
 * The base of a package's error: its code stands in front of the message, and `instanceof` holds by a brand, as two copies of a package in
 * one process are common in workspaces.
 */
export abstract class BrandedError<Code extends string> extends Error {
  /** A symbol of the global registry, which a package has for its own class. */
  protected static readonly brand: symbol;

  /** Why it was thrown. */
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(`[${code}] ${message}`, options);
    this.code = code;
    // A class that extends a package's error is that error, too, and may have a brand of its own.
    for (let own: typeof BrandedError = new.target; own.brand !== undefined; own = Object.getPrototypeOf(own) as typeof BrandedError)
      Object.defineProperty(this, own.brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && this.brand in value;
  }
}

/**
 * What went wrong, as a closed list:
 * - `invalid_option`: an option or argument that does not exist, or that cannot have this value
 * - `backlog_full`: a task was refused because too many wait already
 * - `draining`: a task was refused because the process is about to stop
 * - `drain_in_task`: a task, or the `spill` hook for it, asked for the drain that would wait for that very task
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
