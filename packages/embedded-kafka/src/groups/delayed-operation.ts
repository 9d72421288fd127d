/**
 * A request that waits for others: it is answered exactly once, whatever comes first.
 * When its connection closes it is answered for whoever wrote it, but it stays parked for the group: a client that
 * lost its connection in the middle of a rebalance belongs to the next generation, as on Apache Kafka, which does not
 * look at a connection while a request of it waits.
 */
export class DelayedOperation<T> {
  readonly promise: Promise<T>;
  readonly #resolve: (result: T) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort: () => void;

  /** `abandoned` is the answer when `signal` aborts first. */
  constructor(abandoned: T, signal: AbortSignal | undefined) {
    const { promise, resolve } = Promise.withResolvers<T>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#signal = signal;
    this.#onAbort = () => this.answer(abandoned);
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort);
  }

  /** Answers, unless it is answered already. */
  answer(result: T): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#resolve(result);
  }
}
