import type { Room } from './room.ts';

/** What a loop's signal does to it: from then on no one waits for room, and after the grace no one waits for anything. */
export class LoopEnd {
  readonly #signal: AbortSignal | undefined;
  readonly #grace: number;
  readonly #room: Room;
  readonly #over = Promise.withResolvers<void>();
  #timer: NodeJS.Timeout | undefined;

  /** @param grace milliseconds, or Infinity */
  constructor(signal: AbortSignal | undefined, grace: number, room: Room) {
    this.#signal = signal;
    this.#grace = grace;
    this.#room = room;
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
    this.#room.close();
    if (!Number.isFinite(this.#grace)) return;
    // Not unref'd: a process that has nothing else to do must still report what it leaves behind.
    this.#timer = setTimeout(() => {
      this.#room.leave();
      this.#over.resolve();
    }, this.#grace);
  };
}
