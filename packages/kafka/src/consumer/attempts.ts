import type { SpanContext } from '@opentelemetry/api';
import { partitionKey } from '../client/record.ts';

/** One of several attempts at a message or batch. */
export interface CountedAttempt {
  /** From 1. */
  readonly number: number;
  /** The span of the attempt before; `undefined` for the first attempt, and when the one before had no span. */
  readonly previous?: SpanContext | undefined;
}

/** The last failure in one partition. */
interface LastFailure {
  readonly offset: string | undefined;
  readonly attempt: number;
  readonly span: SpanContext;
}

const first: CountedAttempt = { number: 1 };

/**
 * Counts this consumer's attempts at a message: a client delivers a message again after its handler failed, and the message does
 * not say so. Holds one entry for each partition in which the last message failed.
 */
export class Attempts {
  readonly #failures = new Map<string, LastFailure>();

  /** The attempt number of the message at `offset`: the first, unless that message failed last in its partition. */
  at(topic: string, partition: number, offset: string | undefined): CountedAttempt {
    if (this.#failures.size === 0) return first;
    const failure = this.#failures.get(partitionKey(topic, partition));
    return failure !== undefined && failure.offset === offset ? { number: failure.attempt + 1, previous: failure.span } : first;
  }

  /** @param span the span of the failed attempt */
  failed(topic: string, partition: number, offset: string | undefined, attempt: number, span: SpanContext): void {
    this.#failures.set(partitionKey(topic, partition), { offset, attempt, span });
  }

  succeeded(topic: string, partition: number): void {
    if (this.#failures.size > 0) this.#failures.delete(partitionKey(topic, partition));
  }
}
