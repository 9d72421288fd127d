import { CorruptRecordsError } from './batch-header.ts';

/** Reads what a record is made of, from front to back; never past the end, whatever the lengths say. */
export class ByteReader {
  readonly #bytes: Buffer;
  position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.position;
  }

  byte(): number {
    const value = this.#bytes[this.position];
    if (value === undefined) throw new CorruptRecordsError(`A record is cut off at byte ${this.position}`);
    this.position += 1;
    return value;
  }

  /** A view of the next `length` bytes. */
  bytes(length: number): Buffer {
    if (length < 0 || length > this.remaining) {
      throw new CorruptRecordsError(`${length} bytes are announced at byte ${this.position}, ${this.remaining} are left`);
    }
    this.position += length;
    return this.#bytes.subarray(this.position - length, this.position);
  }

  /** A view of as many bytes as the varint before them says; -1 stands for none. */
  nullableBytes(): Buffer | null {
    const length = this.varint();
    return length === -1 ? null : this.bytes(length);
  }

  /** An unsigned number of `width` bytes, at most 6, the lowest first. */
  unsignedLE(width: number): number {
    return this.bytes(width).readUIntLE(0, width);
  }

  /** A signed number in zigzag form. No bit operators: they would cut a timestamp to 32 bits. */
  varint(): number {
    const value = this.unsignedVarint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** An unsigned number, seven bits a byte, the lowest first. */
  unsignedVarint(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 56; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (!Number.isSafeInteger(value)) break;
      if (byte < 128) return value;
    }
    throw new CorruptRecordsError(`The varint before byte ${this.position} is beyond 2^53`);
  }
}
