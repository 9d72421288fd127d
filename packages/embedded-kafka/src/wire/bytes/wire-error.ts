/** Why bytes cannot be decoded, or a message cannot be encoded. */
export type WireErrorCode =
  /** A frame that is longer than the maximum, or has a negative size. */
  | 'invalid_frame_size'
  /** A request of an API that is not in the table. */
  | 'unsupported_api'
  /** A version that is not in the table. */
  | 'unsupported_version'
  /** The bytes end too early, or contain what the message does not allow. */
  | 'malformed'
  /** A value that does not fit its field, which is a mistake of the caller. */
  | 'unencodable';

/** The start of every request, the same in all versions of all APIs. */
export interface RequestStart {
  readonly apiKey: number;
  readonly version: number;
  /** The number that the response repeats. */
  readonly correlationId: number;
}

/**
 * The only error that the codec throws. Its message names the API, version and field, but no value that a client sent.
 */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;
  /**
   * Present when the start of the request could be read: an unknown version of ApiVersions still receives a response.
   */
  readonly request: RequestStart | undefined;

  constructor(code: WireErrorCode, message: string, request?: RequestStart, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.request = request;
  }
}

/** A value that cannot be read or written, and the path to its field. The codec turns it into a `WireError`. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly #path: string[] = [];

  /** Prepends the name of a field to the path of a FieldError. Other errors are left unchanged. */
  static locate(error: unknown, name: string): void {
    if (error instanceof FieldError) error.#path.unshift(name);
  }

  /** One line for a log, such as `topics.partitions.records: 12 bytes needed, 3 left`. */
  describe(): string {
    return this.#path.length === 0 ? this.message : `${this.#path.join('.')}: ${this.message}`;
  }
}
