import { createHash, timingSafeEqual } from 'node:crypto';

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

/** PLAIN: name and password in one message. Source: RFC 4616. */
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

/** In the same time for any two texts, whatever their length: by their hashes. */
function sameText(one: string, other: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
