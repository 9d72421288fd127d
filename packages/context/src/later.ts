/** A promise that costs nothing until somebody asks for it, and that never rejects. */
export class Later<T> {
  #settled: { readonly value: T } | undefined;
  #deferred: PromiseWithResolvers<T> | undefined;

  /** The same promise at each call. */
  get promise(): Promise<T> {
    if (this.#deferred === undefined) {
      this.#deferred = Promise.withResolvers<T>();
      if (this.#settled !== undefined) this.#deferred.resolve(this.#settled.value);
    }
    return this.#deferred.promise;
  }

  /** The first value counts. */
  resolve(value: T): void {
    this.#settled ??= { value };
    this.#deferred?.resolve(value);
  }
}
