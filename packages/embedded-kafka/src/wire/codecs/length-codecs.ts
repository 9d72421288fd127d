import { type Codec, FieldError } from './codec.ts';

/** How long the text, bytes or array after it is. `undefined` stands for null. */
export type LengthCodec = Codec<number | undefined>;

// Apache Kafka takes every negative length for null, and writes -1.
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

/** One more than the length, so that zero is null (KIP-482). */
export const compactLength: LengthCodec = {
  minSize: 1,
  read(reader) {
    const oneMore = reader.unsignedVarint();
    return oneMore === 0 ? undefined : oneMore - 1;
  },
  write: (writer, length) => writer.unsignedVarint(length === undefined ? 0 : length + 1),
};

/** The longest text, in bytes of UTF-8: what the old length of 16 bits can say holds for the compact one as well. */
export const maxStringLength = 0x7fff;

/** Lets a length through that fits into what is left, before anything of that size is set aside. */
export function checkedLength(count: number, sizeOfEach: number, remaining: number): number {
  if (count * sizeOfEach > remaining) throw new FieldError(`a length of ${count}, with ${remaining} bytes left`);
  return count;
}

/** Many values of one type, with their count before them. */
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
