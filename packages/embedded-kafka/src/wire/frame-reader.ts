import { WireError } from './bytes/wire-error.ts';

export interface FrameReaderOptions {
  /**
   * The maximum size of a frame, in bytes without its four size bytes: Kafka's `socket.request.max.bytes`.
   * @default 104857600
   */
  readonly maxFrameSize?: number;
}

/** How much memory the size of a frame alone may reserve. A larger buffer grows with the bytes that arrive. */
const trustedSize = 2 ** 16;

/** Splits the chunks of a socket into frames. */
export class FrameReader {
  readonly #maxFrameSize: number;
  readonly #sizeBytes = Buffer.alloc(4);
  #sizeBytesRead = 0;
  /** The size of the frame in progress. */
  #size: number | undefined;
  #partial: Buffer | undefined;
  #partialLength = 0;

  constructor(options: FrameReaderOptions = {}) {
    this.#maxFrameSize = options.maxFrameSize ?? 104_857_600;
  }

  /**
   * Yields the frames that end in `chunk`, without their sizes. A frame that lies within the chunk is a view of it;
   * others are copies.
   *
   * Exhaust the iterator before the next push. After an error, the start of the next frame is unknown, and the reader
   * must not be used again.
   *
   * @throws {WireError} `invalid_frame_size`, after all frames before it were yielded
   */
  *push(chunk: Buffer): Generator<Buffer, void, undefined> {
    let position = 0;
    while (position < chunk.length) {
      if (this.#size === undefined) {
        position = this.#readSize(chunk, position);
        if (this.#size === undefined) return;
      }
      const missing = this.#size - this.#partialLength;
      const part = chunk.subarray(position, position + missing);
      position += part.length;
      if (part.length < missing) {
        if (part.length > 0) this.#appendPart(part, this.#size);
        return;
      }
      if (this.#partialLength > 0) this.#appendPart(part, this.#size);
      const frame = this.#partial ?? part;
      this.#size = undefined;
      this.#partial = undefined;
      this.#partialLength = 0;
      yield frame;
    }
  }

  #readSize(chunk: Buffer, from: number): number {
    let position = from;
    while (this.#sizeBytesRead < 4) {
      const byte = chunk[position];
      if (byte === undefined) return position;
      this.#sizeBytes[this.#sizeBytesRead] = byte;
      this.#sizeBytesRead += 1;
      position += 1;
    }
    this.#sizeBytesRead = 0;
    const size = this.#sizeBytes.readInt32BE(0);
    if (size < 0 || size > this.#maxFrameSize) {
      throw new WireError(
        'invalid_frame_size',
        `a frame of ${size} bytes, but the maximum is ${this.#maxFrameSize}${protocolHint(this.#sizeBytes)}`,
      );
    }
    this.#size = size;
    return position;
  }

  /**
   * Copies `part` into the frame in progress, so that a small piece does not keep the socket's whole chunk in memory.
   */
  #appendPart(part: Buffer, size: number): void {
    const length = this.#partialLength + part.length;
    if (this.#partial === undefined || length > this.#partial.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(size, Math.max(trustedSize, length * 2)));
      this.#partial?.copy(larger, 0, 0, this.#partialLength);
      this.#partial = larger;
    }
    part.copy(this.#partial, this.#partialLength);
    this.#partialLength = length;
  }
}

/** Names a protocol that is often sent to the wrong port, by its first bytes. */
function protocolHint(start: Buffer): string {
  const text = start.toString('latin1');
  if (start[0] === 0x16 && start[1] === 0x03) return '; this is how TLS begins';
  if (/^(?:GET |POST|PUT |HEAD|OPTI)$/.test(text)) return '; this is how HTTP begins';
  return '';
}
