/** Cuts a stream of Kafka's protocol into requests or answers: each has its length, four bytes, in front. */
export class Frames {
  readonly #onFrame: (frame: Buffer) => void;
  #rest: Buffer = Buffer.alloc(0);

  /** @param onFrame gets each one with its length in front */
  constructor(onFrame: (frame: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  take(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= 4) {
      const length = 4 + bytes.readInt32BE(0);
      if (bytes.length < length) break;
      this.#onFrame(bytes.subarray(0, length));
      bytes = bytes.subarray(length);
    }
    this.#rest = bytes;
  }
}
