import { FieldError } from './wire-error.ts';

/** Reads one frame from front to back, and never past its end. Bytes are views of the frame. */
export class Reader {
  readonly #bytes: Buffer;
  #position = 0;
  #end: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#end = bytes.length;
  }

  /** The number of bytes left, which lengths are checked against before memory is allocated. */
  get remaining(): number {
    return this.#end - this.#position;
  }

  int8(): number {
    return this.#bytes.readInt8(this.#take(1));
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#take(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#take(4));
  }

  int64(): number {
    const start = this.#take(8);
    const value = this.#bytes.readInt32BE(start) * 2 ** 32 + this.#bytes.readUInt32BE(start + 4);
    if (!Number.isSafeInteger(value)) throw new FieldError('an int64 beyond 2^53 - 1');
    return value;
  }

  /** An unsigned varint of at most 32 bits: seven bits a byte, the lowest first. */
  unsignedVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes.readUInt8(this.#take(1));
      if (shift === 28 && byte > 0x0f) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new FieldError('a varint of more than 32 bits');
  }

  uuid(): string {
    const start = this.#take(16);
    const hex = this.#bytes.toString('hex', start, start + 16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  string(length: number): string {
    const start = this.#take(length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  view(length: number): Buffer {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** Runs `read` on the next `length` bytes, which it must consume completely, as for a tagged field. */
  within<T>(length: number, read: () => T): T {
    const outerEnd = this.#end;
    const innerEnd = this.#take(length) + length;
    this.#position = innerEnd - length;
    this.#end = innerEnd;
    const value = read();
    if (this.#position !== innerEnd) throw new FieldError(`${this.remaining} bytes too many`);
    this.#end = outerEnd;
    return value;
  }

  #take(length: number): number {
    if (length > this.remaining) throw new FieldError(`${length} bytes needed, ${this.remaining} left`);
    const start = this.#position;
    this.#position += length;
    return start;
  }
}
