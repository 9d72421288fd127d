import type { ErrorName } from '../error-codes.ts';
import type { ApiName } from '../wire/apis.ts';
import { AuthenticationError, type Exchange } from './exchange.ts';
import { plainExchange } from './plain.ts';
import type { SaslMechanism, SaslOptions } from './sasl-options.ts';
import { scramCredential, scramExchange, type ScramCredential, type ScramHash } from './scram.ts';

/** What a connection is told about a step of its authentication. */
export interface AuthenticationAnswer {
  readonly error: ErrorName;
  readonly errorMessage: string | null;
  readonly authBytes: Buffer;
}

/** What may be asked before. */
const beforehand: ReadonlySet<ApiName> = new Set(['ApiVersions', 'SaslHandshake', 'SaslAuthenticate']);

/** The users of a cluster. */
export class SaslServer {
  readonly mechanisms: readonly SaslMechanism[];
  readonly #users: ReadonlyMap<string, string>;
  readonly #credentials = new Map<string, ScramCredential>();

  constructor({ users, mechanisms }: Required<SaslOptions>) {
    this.mechanisms = mechanisms;
    this.#users = new Map(Object.entries(users));
  }

  exchange(mechanism: SaslMechanism): Exchange {
    if (mechanism === 'PLAIN') return plainExchange(this.#users);
    const hash = mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512';
    return scramExchange(hash, (user) => this.#credential(hash, user));
  }

  /** Made at its first use: each costs some milliseconds. */
  #credential(hash: ScramHash, user: string): ScramCredential | undefined {
    const password = this.#users.get(user);
    if (password === undefined) return undefined;
    const key = `${hash} ${user}`;
    let credential = this.#credentials.get(key);
    if (credential === undefined) this.#credentials.set(key, (credential = scramCredential(hash, password)));
    return credential;
  }
}

/**
 * Who is at the other end of one connection. Behaves as Apache Kafka does: nothing but the authentication is answered before it, one
 * that fails ends the connection, and a second one is refused.
 */
export class Authentication {
  readonly #server: SaslServer | undefined;
  #exchange: Exchange | undefined;
  #isComplete: boolean;
  #hasFailed = false;
  #takesTokens = false;

  /** @param server `undefined` where everyone may come in */
  constructor(server: SaslServer | undefined) {
    this.#server = server;
    this.#isComplete = server === undefined;
  }

  allows(api: ApiName): boolean {
    return this.#isComplete || beforehand.has(api);
  }

  /** Whether the connection is to be closed, once its last answer is written. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Whether what comes next is a bare token: after a handshake of version 0 they have no request header (KIP-152). */
  get takesTokens(): boolean {
    return this.#takesTokens && !this.#isComplete && !this.#hasFailed;
  }

  /** The client chooses a mechanism. */
  handshake(mechanism: string, version: number): { readonly error: ErrorName; readonly mechanisms: readonly string[] } {
    if (this.#server === undefined || this.#isComplete || this.#exchange !== undefined) {
      this.#hasFailed = !this.#isComplete;
      return { error: 'ILLEGAL_SASL_STATE', mechanisms: [] };
    }
    const { mechanisms } = this.#server;
    const chosen = mechanisms.find((known) => known === mechanism);
    if (chosen === undefined) {
      this.#hasFailed = true;
      return { error: 'UNSUPPORTED_SASL_MECHANISM', mechanisms };
    }
    this.#exchange = this.#server.exchange(chosen);
    this.#takesTokens = version === 0;
    return { error: 'NONE', mechanisms };
  }

  /** The client's next message of the mechanism. */
  authenticate(message: Buffer): AuthenticationAnswer {
    if (this.#isComplete || this.#exchange === undefined) {
      this.#hasFailed = !this.#isComplete;
      const when = this.#isComplete ? 'after successful authentication' : 'before a SaslHandshake';
      return { error: 'ILLEGAL_SASL_STATE', errorMessage: `SaslAuthenticate request received ${when}`, authBytes: Buffer.alloc(0) };
    }
    try {
      const { answer, user } = this.#exchange.next(message);
      this.#isComplete = user !== undefined;
      return { error: 'NONE', errorMessage: null, authBytes: answer };
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error;
      this.#hasFailed = true;
      return { error: 'SASL_AUTHENTICATION_FAILED', errorMessage: error.message, authBytes: Buffer.alloc(0) };
    }
  }
}
