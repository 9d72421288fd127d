import { isUtf8 } from 'node:buffer';
import { context as contextApi, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import type { Processing } from '../../consumer/process-span.ts';
import type { Delivery } from '../partitions/delivery.ts';
import { AttemptScope } from './message-scope.ts';

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

/** One attempt at a record; it is the scope of its handler. */
export class Attempt extends AttemptScope {
  /** A value of `performance.now()`. */
  readonly startedAt: number = performance.now();
  readonly #delivery: Delivery;
  readonly #processing: Processing | undefined;
  #context: Context = ROOT_CONTEXT;
  /** Whether the record was passed to the handler. */
  #isDecoded = false;
  /** The handler's promise, once it has returned one. */
  #handling: PromiseLike<unknown> | undefined;
  /** Abandons the handler. */
  #leave: ((reason: Error) => void) | undefined;

  /** @param processing `undefined` when telemetry has failed, or there is no SDK */
  constructor(delivery: Delivery, processing: Processing | undefined, heartbeat: () => Promise<void>, longestWait: number | undefined) {
    super(delivery.attempts, delivery.firstSeen, heartbeat, longestWait);
    this.#delivery = delivery;
    this.#processing = processing;
  }

  get delivery(): Delivery {
    return this.#delivery;
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

  get isDecoded(): boolean {
    return this.#isDecoded;
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
