const CAUSE_DEPTH = 5;

/** The names of protocol errors: Kafka writes them in upper case with underscores. */
const protocolName = /^[A-Z][A-Z0-9_]{1,63}$/;

/** A plausible class name. A name that was set to a sentence, perhaps with an id in it, would make a series of its own. */
const className = /^[\w$.]{1,64}$/;

const retryWrappers: ReadonlySet<string> = new Set(['KafkaJSNumberOfRetriesExceeded', 'KafkaJSNonRetriableError']);

/**
 * The low-cardinality `error.type` of a thrown value: the broker's error name where there is one (`NOT_LEADER_FOR_PARTITION`),
 * else the class name, else `_OTHER`. The wrappers that kafkajs puts around errors that it does not retry (again) carry no
 * information, so their cause counts.
 * Source: semantic conventions for messaging, `error.type`; recording errors. Never throws.
 */
export function errorType(error: unknown): string {
  try {
    let current = error;
    for (let depth = 0; depth < CAUSE_DEPTH && current instanceof Error; depth++) {
      const type: unknown = (current as { type?: unknown }).type;
      if (typeof type === 'string' && protocolName.test(type)) return type;
      if (!retryWrappers.has(current.name) || !(current.cause instanceof Error)) break;
      current = current.cause;
    }
    return current instanceof Error && typeof current.name === 'string' && className.test(current.name) ? current.name : '_OTHER';
  } catch {
    return '_OTHER';
  }
}

/** A thrown value's message for a span status; never throws, whatever was thrown. */
export function errorMessage(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error);
  } catch {
    return 'a value that has no text form was thrown';
  }
}
