import type { SpanContext } from '@opentelemetry/api';
import { partitionKey } from '../client/record.ts';

/** One of several attempts at a message or batch. */
export interface Attempt {
  /** From 1. */
  readonly number: number;
  /** The span of the attempt before; `undefined` for the first, and where that had none. */
  readonly previous?: SpanContext | undefined;
}

/** The last failure in one partition. */
interface Failure {
  readonly offset: string | undefined;
  readonly attempt: number;
  readonly span: SpanContext;
}

const first: Attempt = { number: 1 };

/**
 * Counts the attempts of this consumer at a message: a client hands a message out again after its handler failed, and nothing in
 * the message says so. Holds one entry for each partition whose last handling failed, none otherwise.
 */
export class Attempts {
  readonly #failures = new Map<string, Failure>();

  /** Which attempt it is to handle the message at `offset`: the first, unless the last one here failed. */
  at(topic: string, partition: number, offset: string | undefined): Attempt {
    if (this.#failures.size === 0) return first;
    const failure = this.#failures.get(partitionKey(topic, partition));
    return failure !== undefined && failure.offset === offset ? { number: failure.attempt + 1, previous: failure.span } : first;
  }

  /** @param span of the attempt that failed */
  failed(topic: string, partition: number, offset: string | undefined, attempt: number, span: SpanContext): void {
    this.#failures.set(partitionKey(topic, partition), { offset, attempt, span });
  }

  succeeded(topic: string, partition: number): void {
    if (this.#failures.size > 0) this.#failures.delete(partitionKey(topic, partition));
  }
}
