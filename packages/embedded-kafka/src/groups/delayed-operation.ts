/**
 * A request that waits for other members, as in Kafka's purgatory. It is answered exactly once, by whatever comes
 * first.
 * When its connection closes, the promise resolves, but the operation stays for the group: a client that lost its
 * connection in the middle of a rebalance belongs to the next generation. Apache Kafka behaves the same, as it does not
 * watch the connection of a delayed request.
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

  /** Answers the request, unless it was answered before. */
  answer(result: T): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#resolve(result);
  }
}
