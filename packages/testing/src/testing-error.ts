/**
 * What went wrong, as a closed list:
 * - `not_found`: no recorded span matches
 * - `timeout`: what a test waited for did not come in time
 * - `not_done`: spans or a context were left over at the end of a test
 * - `abandoned`: the recorder was reset, or the receiver stopped, while a test still waited
 * - `no_broker`: there is no Kafka to test on, or it did not start
 */
export type TestingErrorCode = 'not_found' | 'timeout' | 'not_done' | 'abandoned' | 'no_broker';

/** The one error that this package throws of its own; the code stands in front of the message. */
export class TestingError extends Error {
  override readonly name = 'TestingError';
  readonly code: TestingErrorCode;

  constructor(code: TestingErrorCode, message: string, options?: ErrorOptions) {
    super(`[${code}] ${message}`, options);
    this.code = code;
  }
}
