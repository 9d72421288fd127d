import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';

/**
 * What becomes of a message whose handler failed:
 * - `retry`: again, in its place, after a wait; its key waits with it
 * - `retry-later`: after the next of `retryTopics.delays`; as `retry` where there are none
 * - `dead-letter`: it goes to the dead-letter topic, at once
 * - `skip`: it counts as done
 * - `stop`: its partition stops until it is resumed by hand; nothing is lost and nothing goes on
 */
export type Verdict = 'retry' | 'retry-later' | 'dead-letter' | 'skip' | 'stop';

/** What `classify` is told beside the error. */
export interface FailedAttempt {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** From 1. */
  readonly attempt: number;
}

const programmingErrors = [KafkaTracingError, TypeError, ReferenceError, SyntaxError, RangeError];

/**
 * The default of `classify`: a mistake in the program does not mend itself, so its message goes to the dead-letter topic; anything else
 * is retried. Never throws, whatever was thrown.
 */
export function classifyError(error: unknown): Verdict {
  try {
    return programmingErrors.some((kind) => error instanceof kind) ? 'dead-letter' : 'retry';
  } catch {
    return 'retry';
  }
}
