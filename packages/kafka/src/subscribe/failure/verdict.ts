import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';

/**
 * What happens to a message after a failed attempt:
 * - `retry`: another attempt in place after the backoff; its key waits with it
 * - `retry-later`: a scheduled retry after the next of `retryTopics.delays`; the same as `retry` without `retryTopics`
 * - `dead-letter`: the dead-letter topic, without another attempt
 * - `skip`: the message counts as done
 * - `stop`: its partition is blocked until `resume()` is called; nothing is lost
 */
export type Verdict = 'retry' | 'retry-later' | 'dead-letter' | 'skip' | 'stop';

/** The second argument of `classify`: the attempt that failed, and where its message is. */
export interface FailedAttempt {
  readonly topic: string;
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
  /** The number of the attempt, from 1. */
  readonly attempt: number;
}

const programmingErrors = [KafkaTracingError, TypeError, ReferenceError, SyntaxError, RangeError];

/**
 * The default of `classify`. A programming error (`TypeError`, `ReferenceError`, `SyntaxError`, `RangeError`, `KafkaTracingError`)
 * fails again however often it is retried, so its message goes to the dead-letter topic. A `TypeError` that another error caused is
 * what `fetch` rejects with when the network fails: its cause decides. Any other error gets `retry`. Never throws.
 */
export function classifyError(error: unknown): Verdict {
  try {
    const decisive = error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
    return programmingErrors.some((kind) => decisive instanceof kind) ? 'dead-letter' : 'retry';
  } catch {
    return 'retry';
  }
}
