import { createSecureContext, type TlsOptions } from 'node:tls';
import { EmbeddedKafkaError } from '../embedded-kafka-error.ts';

/**
 * Reads the keys and certificates once, so that what is wrong in them is said at the start and not to each client.
 *
 * @throws {EmbeddedKafkaError} `invalid_option`, with what `node:tls` says as its cause
 */
export function checkTlsOptions(tls: TlsOptions): TlsOptions {
  const hasCertificate = (tls.key !== undefined && tls.cert !== undefined) || tls.pfx !== undefined || tls.SNICallback !== undefined;
  if (!hasCertificate) throw new EmbeddedKafkaError('invalid_option', 'tls takes key and cert, or pfx: without, no client could connect');
  try {
    createSecureContext(tls);
  } catch (cause) {
    throw new EmbeddedKafkaError('invalid_option', `tls takes what node:tls can read: ${tlsReason(cause)}`, { cause });
  }
  return tls;
}

/** The few words of an error of OpenSSL that are about the matter; the rest of its message is about OpenSSL. */
export function tlsReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { reason } = error as { readonly reason?: unknown };
  return typeof reason === 'string' ? reason : error.message;
}
