import { FieldError } from '../bytes/wire-error.ts';
import { type Codec, compactLength, int16Length, int32Length, maxStringLength, type LengthCodec } from './length-codecs.ts';
import type { PrimitiveTypes } from '../apis/schema.ts';

const bool: Codec<boolean> = {
  minSize: 1,
  read: (reader) => reader.int8() !== 0,
  write(writer, value) {
    if (typeof value !== 'boolean') throw new FieldError('not a boolean');
    writer.int8(value ? 1 : 0);
  },
};
const int8: Codec<number> = { minSize: 1, read: (reader) => reader.int8(), write: (writer, value) => writer.int8(value) };
const int16: Codec<number> = { minSize: 2, read: (reader) => reader.int16(), write: (writer, value) => writer.int16(value) };
const int32: Codec<number> = { minSize: 4, read: (reader) => reader.int32(), write: (writer, value) => writer.int32(value) };
const int64: Codec<number> = { minSize: 8, read: (reader) => reader.int64(), write: (writer, value) => writer.int64(value) };
const uuid: Codec<string> = { minSize: 16, read: (reader) => reader.uuid(), write: (writer, value) => writer.uuid(value) };

function string(length: LengthCodec): Codec<string | null> {
  return {
    minSize: length.minSize,
    read(reader) {
      const size = length.read(reader);
      if (size === undefined) return null;
      if (size > maxStringLength) throw new FieldError(`a string of ${size} bytes, more than ${maxStringLength}`);
      return reader.string(size);
    },
    write(writer, value) {
      if (value === null) return length.write(writer, undefined);
      if (typeof value !== 'string') throw new FieldError('not a string');
      const size = Buffer.byteLength(value, 'utf8');
      if (size > maxStringLength) throw new FieldError(`a string of ${size} bytes, more than ${maxStringLength}`);
      length.write(writer, size);
      writer.string(value, size);
    },
  };
}

function bytes(length: LengthCodec): Codec<Uint8Array | null> {
  return {
    minSize: length.minSize,
    read(reader) {
      const size = length.read(reader);
      return size === undefined ? null : reader.view(size);
    },
    write(writer, value) {
      if (value === null) return length.write(writer, undefined);
      if (!(value instanceof Uint8Array)) throw new FieldError('not bytes');
      length.write(writer, value.length);
      writer.bytes(value);
    },
  };
}

function records(length: LengthCodec): Codec<Buffer | readonly Buffer[] | null> {
  return {
    minSize: length.minSize,
    read(reader) {
      const size = length.read(reader);
      return size === undefined ? null : reader.view(size);
    },
    write(writer, value) {
      if (value === null) return length.write(writer, undefined);
      const buffers: readonly Buffer[] = Buffer.isBuffer(value) ? [value] : value;
      if (!Array.isArray(buffers) || !buffers.every((buffer) => Buffer.isBuffer(buffer))) throw new FieldError('not buffers');
      const size = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
      length.write(writer, size);
      writer.reference(buffers);
    },
  };
}

type PrimitiveCodecs = Readonly<Record<keyof PrimitiveTypes, Codec<unknown>>>;

const fixed = { bool, int8, int16, int32, int64, uuid };
const old = { ...fixed, string: string(int16Length), bytes: bytes(int32Length), records: records(int32Length) };
const flexible = { ...fixed, string: string(compactLength), bytes: bytes(compactLength), records: records(compactLength) };

/** The codecs of all types without fields, with the lengths of flexible or of older versions. */
export function primitiveCodecs(isFlexible: boolean): PrimitiveCodecs {
  return (isFlexible ? flexible : old) as PrimitiveCodecs;
}
