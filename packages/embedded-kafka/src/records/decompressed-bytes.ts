import { CorruptRecordsError } from './batch-header.ts';

/** The output of an LZ77 decoder: literal bytes, and copies of earlier output. */
export class DecompressedBytes {
  readonly #limit: number;
  #bytes: Buffer;
  #length = 0;

  /**
   * @param sizeHint the expected number of bytes
   * @param limit the maximum number of bytes
   */
  constructor(sizeHint: number, limit: number) {
    this.#limit = limit;
    this.#bytes = Buffer.allocUnsafe(Math.min(sizeHint, limit));
  }

  get length(): number {
    return this.#length;
  }

  literals(bytes: Buffer): void {
    this.#reserve(bytes.length);
    bytes.copy(this.#bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Repeats the `length` bytes that start `distance` before the end. They may overlap what this call writes. */
  copy(distance: number, length: number): void {
    if (distance === 0 || distance > this.#length) {
      throw new CorruptRecordsError(`A copy from ${distance} bytes back, after ${this.#length} bytes`);
    }
    this.#reserve(length);
    const bytes = this.#bytes;
    const from = this.#length - distance;
    // An overlapping copy doubles its source at each step, so that it copies only bytes that are written already.
    for (let copied = 0; copied < length;) {
      const step = Math.min(distance + copied, length - copied);
      bytes.copyWithin(this.#length + copied, from, from + step);
      copied += step;
    }
    this.#length += length;
  }

  /** A view of everything that was written. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    if (needed > this.#limit) throw new CorruptRecordsError(`More than ${this.#limit} bytes come out`);
    const larger = Buffer.allocUnsafe(Math.min(this.#limit, Math.max(needed, 2 * this.#bytes.length)));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
