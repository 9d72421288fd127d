import { errorClass } from '@tracelink/context/internal';
import { guard } from './guard.ts';
import { KafkaTracingError } from './kafka-tracing-error.ts';

export { errorMessage } from '@tracelink/context/internal';

// A chain of causes may be a circle.
const CAUSE_DEPTH = 5;

/** The names of protocol errors: Kafka writes them in upper case with underscores. */
const protocolName = /^[A-Z][A-Z0-9_]{1,63}$/;

/** They carry no information of their own. */
const retryWrappers: ReadonlySet<string> = new Set(['KafkaJSNumberOfRetriesExceeded', 'KafkaJSNonRetriableError']);

/** The broker's names of errors that do not have them in `type`. */
const givenNames = new WeakMap<object, string>();

/**
 * Calls a method of a client that hides the broker's error name where {@link errorType} does not look, and has it find that.
 *
 * @param nameOf `undefined` for an error that is not the broker's
 * @throws what the method throws, or rejects with, the same object, which is not written to
 */
export function namingErrors<T>(nameOf: (error: unknown) => string | undefined, call: () => Promise<T>): Promise<T> {
  const answer: unknown = call();
  if (!(answer instanceof Promise)) return answer as Promise<T>;
  // Thrown again: an application that does not look at the error must hear of it from Node as without a wrapper.
  return answer.catch((error: unknown) => {
    keepName(error, nameOf);
    throw error;
  }) as Promise<T>;
}

function keepName(error: unknown, nameOf: (error: unknown) => string | undefined): void {
  if (typeof error !== 'object' || error === null) return;
  const name = guard('naming an error', () => nameOf(error));
  if (name !== undefined) givenNames.set(error, name);
}

/**
 * The low-cardinality `error.type` of a thrown value: the broker's error name where there is one (`NOT_LEADER_FOR_PARTITION`),
 * else the class name, else `_OTHER`. Of the wrappers that kafkajs puts around errors that it does not retry (again) the cause counts.
 *
 * Source: semantic conventions for messaging, `error.type`; recording errors. Never throws.
 */
export function errorType(error: unknown): string {
  try {
    let current = error;
    for (let depth = 0; depth < CAUSE_DEPTH && current instanceof Error; depth++) {
      const type: unknown = givenNames.get(current) ?? (current as { type?: unknown }).type;
      if (typeof type === 'string' && protocolName.test(type)) return type;
      if (!retryWrappers.has(current.name) || !(current.cause instanceof Error)) break;
      current = current.cause;
    }
    return errorClass(current);
  } catch {
    // A property of the error could not be read.
    return '_OTHER';
  }
}

/** Whether an error, of the broker or ours, says that a topic, or a partition of it, does not exist. Never throws. */
export function isTopicMissing(error: unknown): boolean {
  return (error instanceof KafkaTracingError && error.code === 'topic_missing') || errorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
}
