import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * The client's authentication failed. The message is for the client: it does not tell a wrong name from a wrong
 * password.
 */
export class AuthenticationError extends Error {
  override readonly name = 'AuthenticationError';
}

/** The server's response to one message of the client. */
export interface ExchangeStep {
  readonly answer: Buffer;
  /** The authenticated user, once the exchange is complete. */
  readonly user?: string;
}

/** One run of a SASL mechanism for one connection. */
export interface Exchange {
  /**
   * Processes the client's next message.
   *
   * @throws {AuthenticationError} when the message is malformed or the proof is wrong
   */
  next(message: Buffer): ExchangeStep;
}

/** PLAIN: the name and the password in one message. Source: RFC 4616. */
export function plainExchange(users: ReadonlyMap<string, string>): Exchange {
  return {
    next(message) {
      const [authorized, user = '', password = '', ...rest] = message.toString('utf8').split('\0');
      if (authorized === undefined || user === '' || password === '' || rest.length > 0)
        throw new AuthenticationError('Authentication failed: the PLAIN message is not [name] NUL user NUL password');
      const isRight = sameText(password, users.get(user) ?? '') && users.has(user);
      if (!isRight) throw new AuthenticationError('Authentication failed: Invalid username or password');
      if (authorized !== '' && authorized !== user)
        throw new AuthenticationError('Authentication failed: Client requested an authorization id that is different from username');
      return { answer: Buffer.alloc(0), user };
    },
  };
}

/** Compares hashes, so that the time does not depend on the texts or their lengths. */
function sameText(one: string, other: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
