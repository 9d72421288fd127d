/** Permits for so many pieces of work at the same time. One caller waits at a time. */
export class Semaphore {
  readonly #size: number;
  #inFlight = 0;
  #isClosed = false;
  #isAbandoned = false;
  #changed: PromiseWithResolvers<void> | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  get isFull(): boolean {
    return this.#inFlight === this.#size;
  }

  acquire(): void {
    this.#inFlight++;
  }

  release(): void {
    this.#inFlight--;
    this.#changed?.resolve();
  }

  /** No more work comes: no one waits for a permit from now on. */
  close(): void {
    this.#isClosed = true;
    this.#changed?.resolve();
  }

  /** No one waits any more for the work that is in flight. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#changed?.resolve();
  }

  /** Resolves when a permit is free, or the semaphore is closed. */
  async whenFree(): Promise<void> {
    while (this.isFull && !this.#isClosed) await this.#change();
  }

  /** Resolves when nothing is in flight, or what is was abandoned. */
  async whenIdle(): Promise<void> {
    while (this.#inFlight > 0 && !this.#isAbandoned) await this.#change();
  }

  #change(): Promise<void> {
    this.#changed = Promise.withResolvers();
    return this.#changed.promise;
  }
}

/** What a loop's signal does to it: from then on no one waits for a permit, and after the grace no one waits for anything. */
export class LoopEnd {
  readonly #signal: AbortSignal | undefined;
  readonly #grace: number;
  readonly #semaphore: Semaphore;
  readonly #over = Promise.withResolvers<void>();
  #timer: NodeJS.Timeout | undefined;

  /** @param grace milliseconds, or Infinity */
  constructor(signal: AbortSignal | undefined, grace: number, semaphore: Semaphore) {
    this.#signal = signal;
    this.#grace = grace;
    this.#semaphore = semaphore;
    if (signal?.aborted === true) this.#begin();
    else signal?.addEventListener('abort', this.#begin, { once: true });
  }

  /** Resolves when `work` does, at the latest when the grace is over. To be asked seldom: each call stays until the loop's end. */
  async orOver(work: Promise<void>): Promise<void> {
    await Promise.race([work, this.#over.promise]);
  }

  /** The loop is through: leaves no listener and no timer behind. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#begin);
  }

  readonly #begin = (): void => {
    this.#semaphore.close();
    if (!Number.isFinite(this.#grace)) return;
    // Not unref'd: a process that has nothing else to do must still report what it leaves behind.
    this.#timer = setTimeout(() => {
      this.#semaphore.abandon();
      this.#over.resolve();
    }, this.#grace);
  };
}
