/** Holds back those that wait for it until it opens. */
export class Gate {
  #opening: PromiseWithResolvers<void> | undefined;

  /** Resolves when the gate opens; `undefined` when it is open. */
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
