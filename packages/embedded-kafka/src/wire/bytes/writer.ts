import { FieldError } from './wire-error.ts';

/** Buffers to insert by reference at position `at`. */
interface Insertion {
  readonly at: number;
  readonly buffers: readonly Buffer[];
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Writes one message into a growing buffer; record batches are inserted without a copy. */
export class Writer {
  #bytes: Buffer = Buffer.allocUnsafe(256);
  #position = 0;
  #insertedBytes = 0;
  readonly #insertions: Insertion[] = [];

  /** The number of bytes written, including those by reference. */
  get length(): number {
    return this.#position + this.#insertedBytes;
  }

  int8(value: number): void {
    const at = this.#reserve(1);
    this.#bytes.writeInt8(integer(value, (value << 24) >> 24, 'int8'), at);
  }

  int16(value: number): void {
    const at = this.#reserve(2);
    this.#bytes.writeInt16BE(integer(value, (value << 16) >> 16, 'int16'), at);
  }

  int32(value: number): void {
    const at = this.#reserve(4);
    this.#bytes.writeInt32BE(integer(value, value | 0, 'int32'), at);
  }

  int64(value: number): void {
    if (!Number.isSafeInteger(value)) throw new FieldError('not a whole number up to 2^53 - 1, as an int64 has to be here');
    const at = this.#reserve(8);
    this.#bytes.writeInt32BE(Math.floor(value / 2 ** 32), at);
    this.#bytes.writeInt32BE(value | 0, at + 4);
  }

  unsignedVarint(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.#byte((rest % 128) | 0x80);
    this.#byte(rest);
  }

  uuid(value: string): void {
    if (!uuidPattern.test(value)) throw new FieldError('not a uuid of 32 hex digits with dashes');
    const at = this.#reserve(16);
    this.#bytes.write(value.replaceAll('-', ''), at, 'hex');
  }

  /** Writes a string whose length in UTF-8 the caller has computed for the preceding length field. */
  string(value: string, byteLength: number): void {
    const at = this.#reserve(byteLength);
    this.#bytes.write(value, at, 'utf8');
  }

  bytes(value: Uint8Array): void {
    const at = this.#reserve(value.length);
    this.#bytes.set(value, at);
  }

  /** Writes the size of everything after them into the first four bytes. */
  sizeIntoFirstBytes(): void {
    this.#bytes.writeInt32BE(this.length - 4, 0);
  }

  reference(buffers: readonly Buffer[]): void {
    this.#insertions.push({ at: this.#position, buffers });
    for (const buffer of buffers) this.#insertedBytes += buffer.length;
  }

  /** Everything that was written, in order, for one `writev`. Empty parts are omitted. */
  finish(): Buffer[] {
    const parts: Buffer[] = [];
    let start = 0;
    for (const { at, buffers } of this.#insertions) {
      parts.push(this.#bytes.subarray(start, at), ...buffers);
      start = at;
    }
    parts.push(this.#bytes.subarray(start, this.#position));
    return parts.filter((part) => part.length > 0);
  }

  #byte(value: number): void {
    const at = this.#reserve(1);
    this.#bytes.writeUInt8(value, at);
  }

  /** Reserves `length` bytes and returns their position. Call it before using the buffer, which it may replace. */
  #reserve(length: number): number {
    const start = this.#position;
    this.#position += length;
    if (this.#position > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#position));
      this.#bytes.copy(larger, 0, 0, start);
      this.#bytes = larger;
    }
    return start;
  }
}

function integer(value: number, wrapped: number, type: string): number {
  // Node's own writers turn 1.5 into 1 and undefined into 0: a wrong response would be sent unnoticed.
  if (value !== wrapped) throw new FieldError(`not a whole number in the range of ${type}`);
  return value;
}
