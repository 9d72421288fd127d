import type { ErrorName } from '../core/error-codes.ts';
import type { ApiName } from '../wire/apis/apis.ts';
import { AuthenticationError, type Exchange, plainExchange } from './exchange.ts';
import type { SaslMechanism, SaslOptions } from './options.ts';
import { scramCredential, scramExchange, scramHash, type ScramCredential, type ScramHash } from './scram.ts';

/** The result of one step of a connection's authentication. */
export interface AuthenticationAnswer {
  readonly error: ErrorName;
  /** Empty when there is no error. */
  readonly errorMessage: string;
  readonly authBytes: Buffer;
}

/** The users and SASL mechanisms of a cluster. */
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
    return scramExchange(mechanism, (user) => this.#credential(scramHash(mechanism), user));
  }

  /** Derived at the first use, as each credential takes some milliseconds. */
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
 * The authentication state of one connection. As in Apache Kafka, only authentication requests are answered before it
 * succeeds, a failure closes the connection, and a second authentication is rejected.
 */
export class Authentication {
  readonly #server: SaslServer | undefined;
  #exchange: Exchange | undefined;
  #isComplete: boolean;
  #hasFailed = false;
  #takesTokens = false;

  /** @param server `undefined` when clients need not authenticate */
  constructor(server: SaslServer | undefined) {
    this.#server = server;
    this.#isComplete = server === undefined;
  }

  /**
   * Whether a request may be answered now. Before authentication, the order is: optionally ApiVersions, then
   * SaslHandshake, then SaslAuthenticate. A second handshake is allowed too, as its response rejects it. Source: the
   * behaviour of Apache Kafka 4.3.1.
   */
  allows(api: ApiName): boolean {
    if (this.#isComplete || api === 'SaslHandshake') return true;
    return api === (this.#exchange === undefined ? 'ApiVersions' : 'SaslAuthenticate');
  }

  /** Whether the connection must be closed after its last response. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /**
   * Whether the next bytes are a bare token: after a handshake of version 0, tokens have no request header (KIP-152).
   */
  get takesTokens(): boolean {
    return this.#takesTokens && !this.#isComplete && !this.#hasFailed;
  }

  /** Records another error of the client, which fails an authentication that is not complete. */
  fail(): void {
    this.#hasFailed = !this.#isComplete;
  }

  /** Handles SaslHandshake: the client chooses a mechanism. */
  handshake(mechanism: string, version: number): { readonly error: ErrorName; readonly mechanisms: readonly string[] } {
    if (this.#server === undefined || this.#isComplete || this.#exchange !== undefined) {
      this.fail();
      return { error: 'ILLEGAL_SASL_STATE', mechanisms: [] };
    }
    const { mechanisms } = this.#server;
    const chosen = mechanisms.find((known) => known === mechanism);
    if (chosen === undefined) {
      this.fail();
      return { error: 'UNSUPPORTED_SASL_MECHANISM', mechanisms };
    }
    this.#exchange = this.#server.exchange(chosen);
    this.#takesTokens = version === 0;
    return { error: 'NONE', mechanisms };
  }

  /** Handles the client's next message of the chosen mechanism. */
  authenticate(message: Buffer): AuthenticationAnswer {
    if (this.#isComplete || this.#exchange === undefined) {
      const errorMessage = 'SaslAuthenticate request received after successful authentication';
      return { error: 'ILLEGAL_SASL_STATE', errorMessage, authBytes: Buffer.alloc(0) };
    }
    try {
      const { answer, user } = this.#exchange.next(message);
      this.#isComplete = user !== undefined;
      return { error: 'NONE', errorMessage: '', authBytes: answer };
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error;
      this.fail();
      return { error: 'SASL_AUTHENTICATION_FAILED', errorMessage: error.message, authBytes: Buffer.alloc(0) };
    }
  }
}
