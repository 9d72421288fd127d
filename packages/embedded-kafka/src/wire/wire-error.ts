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
