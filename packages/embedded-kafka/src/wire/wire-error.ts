/** Why bytes are not a message, or a message cannot be bytes. */
export type WireErrorCode =
  /** A frame longer than the reader takes, or of negative length. */
  | 'invalid_frame_size'
  /** A request of an API that is not in the table. */
  | 'unsupported_api'
  /** A version that the table does not have. */
  | 'unsupported_version'
  /** The bytes end too early, or say what the message does not allow. */
  | 'malformed'
  /** A value that its field cannot hold: a mistake of whoever made the message. */
  | 'unencodable';

/** What every request begins with, in all versions of all APIs. */
export interface RequestStart {
  readonly apiKey: number;
  readonly version: number;
  /** What the answer has to repeat. */
  readonly correlationId: number;
}

/** The one error that leaves the codec. The message names API, version and field, and no value that a client sent. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;
  /** There when the request was read that far: an unknown version of ApiVersions still wants an answer. */
  readonly request: RequestStart | undefined;

  constructor(code: WireErrorCode, message: string, request?: RequestStart, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.request = request;
  }
}
