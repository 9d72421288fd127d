import { createSecureContext, type TlsOptions } from 'node:tls';
import { EmbeddedKafkaError } from '../core/embedded-kafka-error.ts';

/** The supported SASL mechanisms. */
const saslMechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

/** A SASL mechanism. */
export type SaslMechanism = (typeof saslMechanisms)[number];

/** SASL users and mechanisms. */
export interface SaslOptions {
  /** Passwords by user name: at least one, none empty. They are kept in memory and never logged. */
  readonly users: Readonly<Record<string, string>>;
  /** Mechanisms that clients may choose, at least one. @default ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] */
  readonly mechanisms?: readonly SaslMechanism[];
}

/** @throws {EmbeddedKafkaError} `invalid_option`, with a message that says what to write instead */
export function checkSaslOptions({ users, mechanisms = saslMechanisms }: SaslOptions): Required<SaslOptions> {
  const names = Object.keys(users ?? {});
  if (names.length === 0) throw new EmbeddedKafkaError('invalid_option', 'sasl.users must have at least one user with a password');
  for (const name of names) {
    const password: unknown = users[name];
    if (name === '' || typeof password !== 'string' || password === '')
      throw new EmbeddedKafkaError('invalid_option', `sasl.users must have names and passwords that are not empty, which "${name}" is not`);
  }
  if (mechanisms.length === 0) throw new EmbeddedKafkaError('invalid_option', 'sasl.mechanisms must have at least one mechanism');
  for (const mechanism of mechanisms)
    if (!saslMechanisms.includes(mechanism))
      throw new EmbeddedKafkaError('invalid_option', `sasl.mechanisms takes ${saslMechanisms.join(', ')}, not "${mechanism}"`);
  return { users, mechanisms };
}

/**
 * Parses the keys and certificates at the start, so that errors in them surface there and not for each client.
 *
 * @throws {EmbeddedKafkaError} `invalid_option`, with the error of `node:tls` as its cause
 */
export function checkTlsOptions(tls: TlsOptions): TlsOptions {
  const hasCertificate = (tls.key !== undefined && tls.cert !== undefined) || tls.pfx !== undefined || tls.SNICallback !== undefined;
  if (!hasCertificate)
    throw new EmbeddedKafkaError('invalid_option', 'tls must have key and cert, or pfx: without them, no client can connect');
  try {
    createSecureContext(tls);
  } catch (cause) {
    throw new EmbeddedKafkaError('invalid_option', `tls must have a key and certificate that node:tls can read: ${tlsReason(cause)}`, {
      cause,
    });
  }
  return tls;
}

/** The reason in an OpenSSL error, without the details about OpenSSL itself. */
export function tlsReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { reason } = error as { readonly reason?: unknown };
  return typeof reason === 'string' ? reason : error.message;
}
