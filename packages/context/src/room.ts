/** Room for so many pieces of work at the same time. One waits for it at a time. */
export class Room {
  readonly #size: number;
  #atWork = 0;
  #freed: PromiseWithResolvers<void> | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  get isFull(): boolean {
    return this.#atWork === this.#size;
  }

  take(): void {
    this.#atWork++;
  }

  give(): void {
    this.#atWork--;
    this.#freed?.resolve();
  }

  /** Resolves when there is room for one. */
  async some(): Promise<void> {
    while (this.isFull) await this.#change();
  }

  /** Resolves when nothing is at work. */
  async all(): Promise<void> {
    while (this.#atWork > 0) await this.#change();
  }

  #change(): Promise<void> {
    this.#freed = Promise.withResolvers();
    return this.#freed.promise;
  }
}
