/**
 * What went wrong, as a closed list:
 * - `not_found`: no recorded span matches
 * - `timeout`: what a test waited for did not come in time
 * - `not_done`: spans or a context were left over at the end of a test
 * - `abandoned`: the recorder was reset, or the receiver stopped, while a test still waited
 * - `no_broker`: there is no Kafka to test on, or it did not start
 * - `unexpected_trace`: the spans are not as a test expects them
 * - `not_spans`: an assertion was given something that holds no spans
 * - `back_end`: a back end answered what no retry can fix
 * - `invalid_argument`: a URL, a trace id, a time, the name of a span or an option of an assertion is none
 */
export type TestingErrorCode =
  | 'not_found'
  | 'timeout'
  | 'not_done'
  | 'abandoned'
  | 'no_broker'
  | 'unexpected_trace'
  | 'not_spans'
  | 'back_end'
  | 'invalid_argument';

/** Options of {@link TestingError}. */
export interface TestingErrorOptions extends ErrorOptions {
  /** What there was, where two texts were compared. */
  readonly actual?: string;
  /** What there should have been. */
  readonly expected?: string;
}

const brand = Symbol.for('@tracelink/testing.TestingError');

/** The one error that this package throws of its own; the code stands in front of the message. */
export class TestingError extends Error {
  override readonly name = 'TestingError';
  readonly code: TestingErrorCode;
  /** Test runners show the difference between this and {@link expected}. */
  declare readonly actual?: string;
  declare readonly expected?: string;

  constructor(code: TestingErrorCode, message: string, { actual, expected, ...options }: TestingErrorOptions = {}) {
    super(`[${code}] ${message}`, options);
    this.code = code;
    if (expected !== undefined) Object.assign(this, { actual, expected });
    Object.defineProperty(this, brand, { value: true });
  }

  /** By a brand: copies of this package in one process know each other's errors. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}

/** What a thrown value says; never throws, whatever was thrown. */
export function errorText(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error);
  } catch {
    return 'a value that has no text form was thrown';
  }
}
