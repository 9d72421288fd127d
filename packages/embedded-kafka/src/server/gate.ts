/** Lets those pass who wait at it, while it is open. */
export class Gate {
  #opening: PromiseWithResolvers<void> | undefined;

  /** Resolves when it is open; `undefined` when it is. */
  get opened(): Promise<void> | undefined {
    return this.#opening?.promise;
  }

  close(): void {
    this.#opening ??= Promise.withResolvers<void>();
  }

  open(): void {
    this.#opening?.resolve();
    this.#opening = undefined;
  }
}
