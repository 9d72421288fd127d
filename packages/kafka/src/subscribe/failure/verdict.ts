import { KafkaTracingError } from '../../kafka-tracing-error.ts';

/**
 * What becomes of a message whose handler failed:
 * - `retry`: the same again, here, after a wait; its key waits with it
 * - `retry-later`: after the wait of the next of `retryTopics.tiers`; as `retry` where there are none
 * - `dead-letter`: to the dead-letter topic, at once
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
 * The default of `classify`: a mistake in the program is not mended by repetition, so it goes to the dead letter; anything else
 * is tried again.
 */
export function classifyError(error: unknown): Verdict {
  return programmingErrors.some((kind) => error instanceof kind) ? 'dead-letter' : 'retry';
}
