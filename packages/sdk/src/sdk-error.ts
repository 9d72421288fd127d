/**
 * What was wrong, as a closed list:
 * - `already_started`: an OpenTelemetry SDK is registered in this process, by this package or by something else
 * - `invalid_option`: an option has a value that cannot be meant
 */
export type SdkErrorCode = 'already_started' | 'invalid_option';

/** The one error that this package throws; the code stands in front of the message. */
export class SdkError extends Error {
  override readonly name = 'SdkError';
  readonly code: SdkErrorCode;

  constructor(code: SdkErrorCode, message: string) {
    super(`[${code}] ${message}`);
    this.code = code;
  }
}
