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
