import { KafkaError } from '../../port/kafka-error.ts';

/** The part of this client's errors that tells what happened. */
interface ClientError {
  /** The name in Kafka's protocol. */
  readonly apiId?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  /** Of several requests, or of several tries. */
  readonly errors?: unknown;
  readonly cause?: unknown;
}

// What is inside an error may be a circle.
const deepest = 6;

/** The first error of the protocol that is in an error of this client: it keeps one for each try and each partition. */
export function protocolName(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth === deepest) return undefined;
  const { apiId, code, message, errors, cause } = error as ClientError;
  if (typeof apiId === 'string') return apiId;
  // What it makes of the protocol's error for a topic that is not there.
  if (code === 'PLT_KFK_USER' && typeof message === 'string' && /^Unknown (topic|partition)/.test(message))
    return 'UNKNOWN_TOPIC_OR_PARTITION';
  for (const inner of [...(Array.isArray(errors) ? (errors as unknown[]) : []), cause]) {
    const found = protocolName(inner, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Brings an error to the port: the same object when it has no name in the protocol, as a lost connection. */
export function portError(error: unknown): unknown {
  const name = error instanceof KafkaError ? undefined : protocolName(error);
  return name === undefined ? error : new KafkaError(name, `${name}: ${(error as Error).message}`, error);
}

/** What a request of this client gives. @throws its error, as the port has it */
export async function asked<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw portError(error);
  }
}
