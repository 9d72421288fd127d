import type { Codec } from './codec.ts';
import { FieldError } from './field-error.ts';
import { checkedLength } from './length-codecs.ts';
import type { LengthCodec } from './length-codecs.ts';

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
