import { FieldError } from '../bytes/wire-error.ts';
import type { Codec } from './length-codecs.ts';
import type { Reader } from '../bytes/reader.ts';
import { Writer } from '../bytes/writer.ts';

/** A field in the tag section of a flexible message. It is written only when it differs from its default. */
export interface TaggedField {
  readonly name: string;
  readonly tag: number;
  readonly codec: Codec<unknown>;
  readonly default: unknown;
}

/** The tag section at the end of a flexible message or struct (KIP-482). */
export interface TagSection {
  readonly minSize: number;
  /** Reads known tagged fields into `message`; unknown ones are skipped, as the protocol requires. */
  read(reader: Reader, message: Record<string, unknown>): void;
  write(writer: Writer, message: Readonly<Record<string, unknown>>): void;
}

/** @param fields - in the order of their tags, as the protocol requires them to be written */
export function tagSection(fields: readonly TaggedField[]): TagSection {
  const byTag = new Map(fields.map((field) => [field.tag, field]));
  return {
    minSize: 1,
    read(reader, message) {
      for (let left = reader.unsignedVarint(); left > 0; left -= 1) {
        const field = byTag.get(reader.unsignedVarint());
        const size = reader.unsignedVarint();
        if (field === undefined) reader.view(size);
        else message[field.name] = located(field.name, () => reader.within(size, () => field.codec.read(reader)));
      }
    },
    write(writer, message) {
      const toWrite = fields.filter((field) => !isDefault(message[field.name], field.default));
      writer.unsignedVarint(toWrite.length);
      for (const { name, tag, codec } of toWrite) {
        const value = new Writer();
        located(name, () => codec.write(value, message[name]));
        writer.unsignedVarint(tag);
        writer.unsignedVarint(value.length);
        for (const part of value.finish()) writer.bytes(part);
      }
    },
  };
}

/** Whether a value is omitted, empty, or a struct of defaults only. */
function isDefault(value: unknown, defaultValue: unknown): boolean {
  if (value === undefined) return true;
  if (value === null || defaultValue === null || typeof defaultValue !== 'object') return value === defaultValue;
  if (Array.isArray(defaultValue)) return Array.isArray(value) && value.length === 0;
  const struct = value as Readonly<Record<string, unknown>>;
  return Object.entries(defaultValue).every(([name, inner]) => isDefault(struct[name], inner));
}

function located<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    FieldError.locate(error, name);
    throw error;
  }
}
