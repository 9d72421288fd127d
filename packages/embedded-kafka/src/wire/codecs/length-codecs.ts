import type { Reader } from '../bytes/reader.ts';
import { FieldError } from '../bytes/wire-error.ts';
import type { Writer } from '../bytes/writer.ts';

/** Reads and writes one wire type in one version. Both throw `FieldError` and no other error. */
export interface Codec<T> {
  /** The minimum size of a value in bytes, which limits how many values the rest of a frame can hold. */
  readonly minSize: number;
  read(reader: Reader): T;
  write(writer: Writer, value: T): void;
}

/** The length of the string, bytes or array that follows. `undefined` is null. */
export type LengthCodec = Codec<number | undefined>;

// Apache Kafka reads every negative length as null, and writes -1.
export const int16Length: LengthCodec = {
  minSize: 2,
  read(reader) {
    const length = reader.int16();
    return length < 0 ? undefined : length;
  },
  write: (writer, length) => writer.int16(length ?? -1),
};

export const int32Length: LengthCodec = {
  minSize: 4,
  read(reader) {
    const length = reader.int32();
    return length < 0 ? undefined : length;
  },
  write: (writer, length) => writer.int32(length ?? -1),
};

/** The length plus one, so that zero is null (KIP-482). */
export const compactLength: LengthCodec = {
  minSize: 1,
  read(reader) {
    const oneMore = reader.unsignedVarint();
    return oneMore === 0 ? undefined : oneMore - 1;
  },
  write: (writer, length) => writer.unsignedVarint(length === undefined ? 0 : length + 1),
};

/** The maximum length of a string, in bytes of UTF-8: the limit of the 16-bit length applies to the compact one too. */
export const maxStringLength = 0x7fff;

/** Checks that a length fits into the rest of the frame, before memory is allocated for it. */
function checkedLength(count: number, sizeOfEach: number, remaining: number): number {
  if (count * sizeOfEach > remaining) throw new FieldError(`a length of ${count}, with ${remaining} bytes left`);
  return count;
}

/** An array: the count, then the elements. */
export function arrayCodec<T>(element: Codec<T>, length: LengthCodec): Codec<readonly T[] | null> {
  return {
    minSize: length.minSize,
    read(reader) {
      const stated = length.read(reader);
      if (stated === undefined) return null;
      const count = checkedLength(stated, element.minSize, reader.remaining);
      const values: T[] = [];
      while (values.length < count) values.push(element.read(reader));
      return values;
    },
    write(writer, values) {
      if (values === null) return length.write(writer, undefined);
      if (!Array.isArray(values)) throw new FieldError('not an array');
      length.write(writer, values.length);
      for (const value of values as readonly T[]) element.write(writer, value);
    },
  };
}
