/** Splits a stream of Kafka's protocol into requests or responses: each is preceded by its length, four bytes. */
export class Frames {
  readonly #onFrame: (frame: Buffer) => void;
  #rest: Buffer = Buffer.alloc(0);

  /** @param onFrame called with each frame, its length included */
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
