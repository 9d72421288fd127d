import { namingErrors } from '../../../core/error-type.ts';
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

/** What `read` finds first in an error of this client, which keeps one for each try and each partition. */
function firstIn<T>(error: unknown, read: (error: ClientError) => T | undefined, depth = 0): T | undefined {
  if (typeof error !== 'object' || error === null || depth === deepest) return undefined;
  const found = read(error as ClientError);
  if (found !== undefined) return found;
  const { errors, cause } = error as ClientError;
  for (const inner of [...(Array.isArray(errors) ? (errors as unknown[]) : []), cause]) {
    const inside = firstIn(inner, read, depth + 1);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** The name of the first error of the protocol. */
export function protocolName(error: unknown): string | undefined {
  return firstIn(error, ({ apiId, code, message }) => {
    if (typeof apiId === 'string') return apiId;
    // What it makes of the protocol's error for a topic that is not there.
    const isMissing = code === 'PLT_KFK_USER' && typeof message === 'string' && /^Unknown (topic|partition)/.test(message);
    return isMissing ? 'UNKNOWN_TOPIC_OR_PARTITION' : undefined;
  });
}

/** Whether a connection failed, or its answer took too long. */
export function isConnectionError(error: unknown): boolean {
  return firstIn(error, ({ code }) => (code === 'PLT_KFK_NETWORK' || code === 'PLT_KFK_TIMEOUT' ? true : undefined)) === true;
}

/** Runs a call of the application; the error that it rejects with stays the client's own, and has the protocol's name as its `error.type`. */
export function named<T>(call: () => Promise<T>): Promise<T> {
  return namingErrors(protocolName, call);
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
