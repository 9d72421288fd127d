import { isUtf8 } from 'node:buffer';
import { context as contextApi, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import type { Extraction } from '@tracelink/propagation';
import type { Processing } from '../../consumer/process-span.ts';
import type { Failure } from '../failure/failure-policy.ts';
import type { Delivery } from '../partitions/delivery.ts';
import { isUndecodable } from './codec.ts';
import { AttemptScope, ScheduledRetry, type SubscribedMessage } from './message-scope.ts';

/** A message whose handler runs, and where it was read. */
export interface InFlightMessage {
  readonly topic: string;
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
  /** The key as text; `undefined` for a message without a key, or with one that is not UTF-8. */
  readonly key: string | undefined;
  /** The number of the attempt, from 1. */
  readonly attempt: number;
  /** `undefined` without an SDK. */
  readonly traceId: string | undefined;
  /** Milliseconds since the attempt started. */
  readonly age: number;
}

/** What an attempt asks of the time in which its batch is worked on. */
interface AttemptDeadline {
  readonly heartbeat: () => Promise<void>;
  /** The result of `work`, unless the attempt is abandoned before. */
  orAbandoned<T>(attempt: Attempt, work: PromiseLike<T>): Promise<T>;
}

/** One attempt at a record; it is the scope of its handler. */
export class Attempt extends AttemptScope {
  /** A value of `performance.now()`. */
  readonly startedAt: number = performance.now();
  readonly #delivery: Delivery;
  readonly #deadline: AttemptDeadline;
  readonly #extraction: Extraction | undefined;
  readonly #processing: Processing | undefined;
  #context: Context = ROOT_CONTEXT;
  /** Whether the record was passed to the handler. */
  #isDecoded = false;
  /** The handler's promise, once it has returned one. */
  #handling: PromiseLike<unknown> | undefined;
  /** Abandons the handler. */
  #leave: ((reason: Error) => void) | undefined;

  /** @param extraction and `processing` are `undefined` when telemetry has failed, or there is no SDK */
  constructor(
    delivery: Delivery,
    deadline: AttemptDeadline,
    extraction: Extraction | undefined,
    processing: Processing | undefined,
    longestWait: number | undefined,
  ) {
    super(delivery.attempts, delivery.firstSeen, deadline.heartbeat, longestWait);
    this.#delivery = delivery;
    this.#deadline = deadline;
    this.#extraction = extraction;
    this.#processing = processing;
  }

  get delivery(): Delivery {
    return this.#delivery;
  }

  get deadline(): AttemptDeadline {
    return this.#deadline;
  }

  /** What the record's headers say. */
  get extraction(): Extraction | undefined {
    return this.#extraction;
  }

  get processing(): Processing | undefined {
    return this.#processing;
  }

  /** The context of the handler. */
  get context(): Context {
    return this.#context;
  }

  set context(context: Context) {
    this.#context = context;
  }

  decoded(): void {
    this.#isDecoded = true;
  }

  /** What the handler returned, if that is awaited: when it is abandoned, it still runs. */
  get handling(): PromiseLike<unknown> | undefined {
    return this.#handling;
  }

  set handling(handling: PromiseLike<unknown>) {
    this.#handling = handling;
  }

  /** Abandons the handler, if it is awaited. */
  leave(reason: Error): void {
    this.#leave?.(reason);
  }

  onLeave(leave: (reason: Error) => void): void {
    this.#leave = leave;
  }

  /** Listeners run in the message's own context, not in that of the timer that aborts. */
  override abort(reason: unknown): void {
    contextApi.with(this.#context, () => super.abort(reason));
  }

  /** The message as the handler gets it. */
  messageOf<V>(value: V): SubscribedMessage<V> {
    const { original, timestamp, message } = this.#delivery;
    const { topic, partition, offset } = original;
    const { key, headers = {} } = message;
    return { topic, partition, offset, key, value, headers, timestamp };
  }

  /** With the handler's request, or the codec's final verdict. */
  failureOf(error: unknown): Failure {
    const { asked } = this;
    if (asked instanceof ScheduledRetry) return { error, asked: { verdict: 'retry-later', delay: asked.ms } };
    const isFinal = asked !== undefined || (!this.#isDecoded && isUndecodable(error));
    return isFinal ? { error, asked: { verdict: 'dead-letter', delay: undefined } } : { error };
  }

  /** @param now a value of `performance.now()` */
  describe(now: number): InFlightMessage {
    const { key } = this.#delivery.message;
    return {
      ...this.#delivery.place,
      key: key !== null && isUtf8(key) ? key.toString() : undefined,
      attempt: this.attempt,
      traceId: this.traceId,
      age: Math.round(now - this.startedAt),
    };
  }
}

/** The `attempts` that have run for at least `age` milliseconds, the oldest first. */
export function olderThan(attempts: readonly Attempt[], age: number): readonly InFlightMessage[] {
  const now = performance.now();
  return attempts
    .filter(({ startedAt }) => now - startedAt >= age)
    .toSorted((one, other) => one.startedAt - other.startedAt)
    .map((attempt) => attempt.describe(now));
}
