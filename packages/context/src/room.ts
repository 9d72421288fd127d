/** Room for so many pieces of work at the same time. One waits for it at a time. */
export class Room {
  readonly #size: number;
  #inFlight = 0;
  #isClosed = false;
  #isLeft = false;
  #changed: PromiseWithResolvers<void> | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  get isFull(): boolean {
    return this.#inFlight === this.#size;
  }

  take(): void {
    this.#inFlight++;
  }

  give(): void {
    this.#inFlight--;
    this.#changed?.resolve();
  }

  /** No more work comes: no one waits for room from now on. */
  close(): void {
    this.#isClosed = true;
    this.#changed?.resolve();
  }

  /** No one waits any more for the work that is in flight. */
  leave(): void {
    this.#isLeft = true;
    this.#changed?.resolve();
  }

  /** Resolves when there is room for one, or the room is closed. */
  async some(): Promise<void> {
    while (this.isFull && !this.#isClosed) await this.#change();
  }

  /** Resolves when nothing is in flight, or what is was left. */
  async all(): Promise<void> {
    while (this.#inFlight > 0 && !this.#isLeft) await this.#change();
  }

  #change(): Promise<void> {
    this.#changed = Promise.withResolvers();
    return this.#changed.promise;
  }
}
