import { CorruptRecordsError } from './batch-header.ts';

/** Reads the parts of a record from front to back, and never past the end. */
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

  /** A view of as many bytes as the preceding varint says; a length of -1 is null. */
  nullableBytes(): Buffer | null {
    const length = this.varint();
    return length === -1 ? null : this.bytes(length);
  }

  /** An unsigned little-endian number of `width` bytes, at most 6. */
  unsignedLE(width: number): number {
    return this.bytes(width).readUIntLE(0, width);
  }

  /** A zigzag varint. It avoids bit operators, which would truncate a timestamp to 32 bits. */
  varint(): number {
    const value = this.unsignedVarint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** An unsigned varint: seven bits a byte, the lowest first. */
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
