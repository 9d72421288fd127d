/**
 * Work that is done once, when it is first asked for: all who ask get the same promise. Work that fails is forgotten, so that the next one
 * who asks tries again: what was out of reach once is not out of reach for good.
 *
 * ```ts
 * readonly #connected = new SharedWork(() => this.#producer.connect());
 * await this.#connected.get();
 * ```
 */
export class SharedWork<T> {
  readonly #work: () => Promise<T>;
  #promise: Promise<T> | undefined;

  /** @param work starts the work; not called before {@link get} */
  constructor(work: () => Promise<T>) {
    this.#work = work;
  }

  /** The work that was begun, if it has not failed and was not forgotten. Begins none. */
  get begun(): Promise<T> | undefined {
    return this.#promise;
  }

  /** The result of the work, which begins where none was begun. @throws what it rejects with */
  get(): Promise<T> {
    if (this.#promise !== undefined) return this.#promise;
    const promise = this.#work();
    this.#promise = promise;
    promise.catch(() => {
      // Later work stays: this one may have been forgotten meanwhile.
      if (this.#promise === promise) this.#promise = undefined;
    });
    return promise;
  }

  /** The next {@link get} begins the work again. What was begun goes on. */
  forget(): void {
    this.#promise = undefined;
  }
}
