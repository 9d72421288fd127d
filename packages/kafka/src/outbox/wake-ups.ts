/** Ends waits early. A wake-up that comes while nothing waits ends the next wait at once: none is lost. */
export class WakeUps {
  #pending = false;
  #end: (() => void) | undefined;

  wake(): void {
    this.#pending = true;
    this.#end?.();
  }

  /** Resolves after `milliseconds`, or at a wake-up. */
  async next(milliseconds: number): Promise<void> {
    if (!this.#pending) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, milliseconds);
      this.#end = resolve;
      await promise;
      clearTimeout(timer);
      this.#end = undefined;
    }
    this.#pending = false;
  }
}
