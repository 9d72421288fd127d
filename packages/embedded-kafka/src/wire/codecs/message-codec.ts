import { type Codec, arrayCodec, compactLength, int32Length } from './length-codecs.ts';
import { FieldError } from '../bytes/wire-error.ts';
import { defaultOf, fieldSpecs, includes, type FieldSpec } from './field-spec.ts';
import { primitiveCodecs } from './primitive-codecs.ts';
import type { Fields } from '../apis/schema.ts';
import { tagSection } from './tag-section.ts';

/** A message, or a struct in it. */
export type Message = Readonly<Record<string, unknown>>;

/** A version of a message, and whether it is flexible (KIP-482). */
export interface MessageVersion {
  readonly number: number;
  readonly isFlexible: boolean;
}

/** Creates the codec of one version of a message. That is slow compared to its use, so callers keep it. */
export function messageCodec(fields: Fields, version: MessageVersion): Codec<Message> {
  const all = fieldSpecs(fields);
  const inVersion = all
    .filter((spec) => includes(spec.versions, version.number))
    .map((spec) => ({ ...spec, codec: fieldCodec(spec, version) }));
  const plain = inVersion.filter((spec) => spec.tag === undefined);
  const tagged = inVersion.flatMap((spec) => (spec.tag === undefined ? [] : [{ ...spec, tag: spec.tag, default: defaultOf(spec) }]));
  const tags = version.isFlexible ? tagSection(tagged) : undefined;
  // Every object starts with all fields in the table's order, so that all objects of a message share one shape.
  const blank: Message = Object.fromEntries(all.map((spec) => [spec.name, defaultOf(spec)]));
  return {
    minSize: plain.reduce((sum, { codec }) => sum + codec.minSize, tags?.minSize ?? 0),
    read(reader) {
      const message: Record<string, unknown> = { ...blank };
      for (const { name, codec } of plain) {
        try {
          message[name] = codec.read(reader);
        } catch (error) {
          FieldError.locate(error, name);
          throw error;
        }
      }
      tags?.read(reader, message);
      return message;
    },
    write(writer, message) {
      if (typeof message !== 'object' || message === null) throw new FieldError('not an object');
      for (const { name, codec, default: defaultValue } of plain) {
        try {
          const value = message[name] === undefined ? defaultValue : message[name];
          if (value === undefined) throw new FieldError('missing');
          codec.write(writer, value);
        } catch (error) {
          FieldError.locate(error, name);
          throw error;
        }
      }
      tags?.write(writer, message);
    },
  };
}

function fieldCodec(spec: FieldSpec, version: MessageVersion): Codec<unknown> {
  const one: Codec<unknown> =
    spec.type === 'struct' ? (messageCodec(spec.fields ?? {}, version) as Codec<unknown>) : primitiveCodecs(version.isFlexible)[spec.type];
  const element = spec.isArray ? (arrayCodec(nonNullable(one), version.isFlexible ? compactLength : int32Length) as Codec<unknown>) : one;
  if (!includes(spec.nullable, version.number)) return nonNullable(element);
  return spec.type === 'struct' && !spec.isArray ? nullableStruct(element) : element;
}

/** A struct that may be null: a byte says whether it is there. Apache Kafka reads every negative byte as null, and writes -1. */
function nullableStruct(struct: Codec<unknown>): Codec<unknown> {
  return {
    minSize: 1,
    read: (reader) => (reader.int8() < 0 ? null : struct.read(reader)),
    write(writer, value) {
      writer.int8(value === null ? -1 : 1);
      if (value !== null) struct.write(writer, value);
    },
  };
}

function nonNullable(codec: Codec<unknown>): Codec<unknown> {
  return {
    minSize: codec.minSize,
    read(reader) {
      const value = codec.read(reader);
      if (value === null) throw new FieldError('null, which this version does not allow');
      return value;
    },
    write(writer, value) {
      if (value === null) throw new FieldError('null, which this version does not allow');
      codec.write(writer, value);
    },
  };
}
