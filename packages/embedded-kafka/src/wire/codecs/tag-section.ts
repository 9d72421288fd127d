import { type Codec, FieldError } from './codec.ts';
import type { Reader } from '../reader.ts';
import { Writer } from '../writer.ts';

/** A field at the end of a flexible message, there only when it is not its default. */
export interface TaggedField {
  readonly name: string;
  readonly tag: number;
  readonly codec: Codec<unknown>;
  readonly default: unknown;
}

/** The end of a message or struct of a flexible version (KIP-482). */
export interface TagSection {
  readonly minSize: number;
  /** Puts the tagged fields that are known into `message`; others are passed over, as the protocol wants it. */
  read(reader: Reader, message: Record<string, unknown>): void;
  write(writer: Writer, message: Readonly<Record<string, unknown>>): void;
}

/** @param fields - in the order of their tags, as the protocol wants them written */
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

/** Left out, empty, or a struct of nothing but defaults. */
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
