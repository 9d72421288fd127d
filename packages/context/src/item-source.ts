/** The items of a loop, for several workers: each item goes to one, and the iterator is asked for one at a time. */
export class ItemSource<T> {
  readonly #iterator: Iterator<T> | AsyncIterator<T>;
  #turn: Promise<unknown> = Promise.resolve();
  /** Whether the iterator gave all that it had, or threw. */
  isExhausted = false;
  /** What the iterator threw. */
  error: unknown;
  hasFailed = false;

  constructor(items: Iterable<T> | AsyncIterable<T>) {
    this.#iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  }

  /** The next item, in an object of its own, as an item may be `undefined` too; `undefined` when there is none. Never rejects. */
  next(): Promise<{ readonly item: T } | undefined> {
    const asked = this.#turn.then(() => this.#ask());
    this.#turn = asked;
    return asked;
  }

  /** Lets the iterator clean up when it was left before its end. Never rejects. */
  async close(): Promise<void> {
    if (this.isExhausted) return;
    try {
      await this.#iterator.return?.();
    } catch (error) {
      this.#fail(error);
    }
  }

  async #ask(): Promise<{ readonly item: T } | undefined> {
    if (this.isExhausted) return undefined;
    try {
      const result = await this.#iterator.next();
      if (result.done !== true) return { item: result.value };
      this.isExhausted = true;
    } catch (error) {
      this.#fail(error);
    }
    return undefined;
  }

  #fail(error: unknown): void {
    this.isExhausted = true;
    this.hasFailed = true;
    this.error = error;
  }
}
