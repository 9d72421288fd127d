/**
 * What went wrong, as a closed list:
 * - `cannot_listen`: the port is taken, or the host is none of this machine's; `cause` is Node's error
 * - `invalid_option`: an option is not what it must be
 */
export type StudioErrorCode = 'cannot_listen' | 'invalid_option';

/** The one error that this package throws of its own; the code stands in front of the message. */
export class StudioError extends Error {
  override readonly name = 'StudioError';
  readonly code: StudioErrorCode;

  constructor(code: StudioErrorCode, message: string, options?: ErrorOptions) {
    super(`[${code}] ${message}`, options);
    this.code = code;
  }
}
