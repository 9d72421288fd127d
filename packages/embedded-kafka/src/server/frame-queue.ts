/** More requests than this need not wait in memory. */
const mostFrames = 64;

/** Nor more bytes of them than this. One request alone may be larger. */
const mostBytes = 4 * 1024 * 1024;

/** The requests of one connection that wait for their turn. */
export class FrameQueue {
  readonly #frames: Buffer[] = [];
  #bytes = 0;

  /** Whether no more should be read until some are done. */
  get isFull(): boolean {
    return this.#frames.length > mostFrames || this.#bytes > mostBytes;
  }

  push(frame: Buffer): void {
    this.#frames.push(frame);
    this.#bytes += frame.length;
  }

  shift(): Buffer | undefined {
    const frame = this.#frames.shift();
    this.#bytes -= frame?.length ?? 0;
    return frame;
  }

  clear(): void {
    this.#frames.length = 0;
    this.#bytes = 0;
  }
}
