import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { AuthenticationError, type Exchange, type ExchangeStep } from './exchange.ts';
import type { SaslMechanism } from './options.ts';
import { parseClientFinal, parseClientFirst, type ClientFirst } from './scram-messages.ts';

/** The hash of a SCRAM mechanism, as node:crypto names it. */
export type ScramHash = 'sha256' | 'sha512';

type ScramMechanism = Exclude<SaslMechanism, 'PLAIN'>;

export function scramHash(mechanism: ScramMechanism): ScramHash {
  return mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512';
}

/** What the server stores instead of a password. Source: RFC 5802, section 3. */
export interface ScramCredential {
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

/** The minimum of RFC 7677, and Kafka's default. */
const iterations = 4_096;

export function scramCredential(hash: ScramHash, password: string): ScramCredential {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, createHash(hash).digest().length, hash);
  const clientKey = hmac(hash, salted, 'Client Key');
  return { salt, storedKey: createHash(hash).update(clientKey).digest(), serverKey: hmac(hash, salted, 'Server Key') };
}

/** SCRAM: client and server prove that they know the password without sending it. Source: RFC 5802, RFC 7677. */
export function scramExchange(mechanism: ScramMechanism, credentialOf: (user: string) => ScramCredential | undefined): Exchange {
  const hash = scramHash(mechanism);
  let begun:
    | { readonly first: ClientFirst; readonly serverFirst: string; readonly nonce: string; readonly credential: ScramCredential }
    | undefined;
  const reject = (): never => {
    throw new AuthenticationError(`Authentication failed: Invalid credentials for ${mechanism}`);
  };

  function answerFirst(message: Buffer): ExchangeStep {
    const first = parseClientFirst(message);
    const credential = credentialOf(first.user) ?? reject();
    if (first.authorized !== undefined && first.authorized !== first.user) reject();
    const nonce = first.nonce + randomBytes(18).toString('base64');
    const serverFirst = `r=${nonce},s=${credential.salt.toString('base64')},i=${iterations}`;
    begun = { first, serverFirst, nonce, credential };
    return { answer: Buffer.from(serverFirst) };
  }

  function answerFinal(message: Buffer, { first, serverFirst, nonce, credential }: NonNullable<typeof begun>): ExchangeStep {
    const final = parseClientFinal(message);
    if (final.nonce !== nonce || !final.channelBinding.equals(Buffer.from(first.gs2Header))) reject();
    const signed = `${first.bare},${serverFirst},${final.withoutProof}`;
    const signature = hmac(hash, credential.storedKey, signed);
    if (final.proof.length !== signature.length) reject();
    const clientKey = Buffer.from(final.proof.map((byte, index) => byte ^ (signature[index] as number)));
    if (!timingSafeEqual(createHash(hash).update(clientKey).digest(), credential.storedKey)) reject();
    return { answer: Buffer.from(`v=${hmac(hash, credential.serverKey, signed).toString('base64')}`), user: first.user };
  }

  return { next: (message) => (begun === undefined ? answerFirst(message) : answerFinal(message, begun)) };
}

function hmac(hash: ScramHash, key: Buffer, text: string): Buffer {
  return createHmac(hash, key).update(text).digest();
}
