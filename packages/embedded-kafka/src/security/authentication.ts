import type { ErrorName } from '../error-codes.ts';
import type { ApiName } from '../wire/apis.ts';
import { AuthenticationError, type Exchange, plainExchange } from './exchange.ts';
import type { SaslMechanism, SaslOptions } from './options.ts';
import { scramCredential, scramExchange, scramHash, type ScramCredential, type ScramHash } from './scram.ts';

/** What a connection is told about a step of its authentication. */
export interface AuthenticationAnswer {
  readonly error: ErrorName;
  /** Empty where there is none. */
  readonly errorMessage: string;
  readonly authBytes: Buffer;
}

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
    return scramExchange(mechanism, (user) => this.#credential(scramHash(mechanism), user));
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

  /**
   * Whether a request may be answered now. Before the proof there is one order: ApiVersions or not, SaslHandshake,
   * SaslAuthenticate. A second handshake passes too, for it is refused by an answer. Source: what Apache Kafka 4.3.1 does.
   */
  allows(api: ApiName): boolean {
    if (this.#isComplete || api === 'SaslHandshake') return true;
    return api === (this.#exchange === undefined ? 'ApiVersions' : 'SaslAuthenticate');
  }

  /** Whether the connection is to be closed, once its last answer is written. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Whether what comes next is a bare token: after a handshake of version 0 they have no request header (KIP-152). */
  get takesTokens(): boolean {
    return this.#takesTokens && !this.#isComplete && !this.#hasFailed;
  }

  /** The client gets an error that has another reason, which ends a connection that is not let in yet. */
  fail(): void {
    this.#hasFailed = !this.#isComplete;
  }

  /** The client chooses a mechanism. */
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

  /** The client's next message of the mechanism. */
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
