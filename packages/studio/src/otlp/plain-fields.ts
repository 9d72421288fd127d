/** Thrown where bytes hold something that only the general way reads, or that is malformed: that way knows. */
export const unusual: Error = new Error('The general way reads this.');

const lengthDelimited = 2;
const thousand = 1_000;

/** Goes through the fields of protobuf messages. Everything that is not as encoders write it is {@link unusual}. */
export class PlainFields {
  readonly bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** A varint below 2^31: a tag, a length, the number of an enum. */
  small(): number {
    const { bytes } = this;
    let byte = bytes[this.at++] as number;
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      byte = bytes[this.at++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    byte = bytes[this.at++] as number;
    if (!(byte < 0x08)) throw unusual;
    return value | (byte << 28);
  }

  /** Where the field of bytes that begins here ends; it must be within `limit`. */
  ending(limit: number): number {
    const length = this.small();
    const end = this.at + length;
    if (!(end <= limit)) throw unusual;
    return end;
  }

  /** An int64 as the studio keeps it: digits where a double cannot hold it. */
  int64(): number | string {
    const start = this.at;
    // Seven bytes have 49 bits, none of which is the sign.
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 7; count++) {
      const byte = this.bytes[this.at++] as number;
      if (byte < 0x80) return value + byte * factor;
      value += (byte & 0x7f) * factor;
      factor *= 0x80;
    }
    return this.#longInt64(start);
  }

  #longInt64(start: number): number | string {
    let bits = 0n;
    for (let count = 0; count < 10; count++) {
      const byte = this.bytes[start + count];
      if (byte === undefined) throw unusual;
      bits |= BigInt(byte & 0x7f) << BigInt(7 * count);
      if (byte < 0x80) {
        this.at = start + count + 1;
        const whole = BigInt.asIntN(64, bits);
        const value = Number(whole);
        return Number.isSafeInteger(value) ? value : String(whole);
      }
    }
    throw unusual;
  }

  /** A fixed64 of nanoseconds, as whole microseconds. */
  microseconds(limit: number): number {
    const start = this.#eight(limit);
    const low = this.bytes.readUInt32LE(start);
    const high = this.bytes.readUInt32LE(start + 4);
    // 2^32 ns are 4,294,967 µs and 296 ns. Up to the year 2242 no step exceeds what a double holds.
    if (high < 2_000_000_000) return high * 4_294_967 + Math.floor((high * 296 + low) / thousand);
    return Number(this.bytes.readBigUInt64LE(start) / 1_000n);
  }

  double(limit: number): number {
    return this.bytes.readDoubleLE(this.#eight(limit));
  }

  /** Passes over the field whose tag was read. */
  skip(wireType: number, limit: number): void {
    if (wireType === lengthDelimited) this.at = this.ending(limit);
    else if (wireType === 5) this.at += 4;
    else if (wireType === 1) this.at += 8;
    else if (wireType === 0) {
      let length = 1;
      while ((this.bytes[this.at++] as number) >= 0x80) if (++length > 10) throw unusual;
    } else throw unusual;
  }

  /** The 16 or 8 bytes of an id, as hexadecimal digits; none for zeros, which are no id. */
  id(bytes: 8 | 16, limit: number): string {
    const end = this.ending(limit);
    const start = this.at;
    if (end - start !== bytes) throw unusual;
    this.at = end;
    const digits = this.bytes.toString('hex', start, end);
    return /^0+$/.test(digits) ? '' : digits;
  }

  #eight(limit: number): number {
    const start = this.at;
    this.at = start + 8;
    if (this.at > limit) throw unusual;
    return start;
  }
}
