/** The proof was wrong, or could not be read. Its message is for the client: it does not say which of name and password is wrong. */
export class AuthenticationError extends Error {
  override readonly name = 'AuthenticationError';
}

/** What the server answers to one message of the client. */
export interface ExchangeStep {
  readonly answer: Buffer;
  /** The user, once the client has proved it. */
  readonly user?: string;
}

/** One run of a mechanism, for one connection. */
export interface Exchange {
  /**
   * Takes the client's next message.
   *
   * @throws {AuthenticationError}
   */
  next(message: Buffer): ExchangeStep;
}
