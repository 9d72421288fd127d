/** Holds back those that wait for it until it opens. */
export class Gate {
  #opening: PromiseWithResolvers<void> | undefined;

  /** Whether one must wait. Asked first, as a promise for each request would cost more than the request. */
  get isClosed(): boolean {
    return this.#opening !== undefined;
  }

  /** Resolves when the gate is open, at once when it is. */
  async passed(): Promise<void> {
    // It may be closed again before those that waited go on.
    while (this.#opening !== undefined) await this.#opening.promise;
  }

  close(): void {
    this.#opening ??= Promise.withResolvers<void>();
  }

  open(): void {
    this.#opening?.resolve();
    this.#opening = undefined;
  }
}

/** The maximum number of requests that wait in memory. */
const maxFrames = 64;

/** The maximum number of bytes that wait in memory. One request may be larger. */
const maxBytes = 4 * 1024 * 1024;

/** The requests of one connection that are not processed yet. */
export class FrameQueue {
  readonly #frames: Buffer[] = [];
  #bytes = 0;

  /** Whether the connection must stop reading until some requests are processed. */
  get isFull(): boolean {
    return this.#frames.length > maxFrames || this.#bytes > maxBytes;
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
