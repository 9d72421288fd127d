import { fieldSpecs, includes } from '../../../src/wire/codecs/field-spec.ts';
import type { Message } from '../../../src/wire/codecs/message-codec.ts';
import type { Fields } from '../../../src/wire/apis/schema.ts';

/** The message without the fields that the version does not have. */
export function fieldsOfVersion(fields: Fields, version: number, message: Message): Message {
  const inner = (of: Fields, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((one) => fieldsOfVersion(of, version, one));
    return value === null ? null : fieldsOfVersion(of, version, value as Message);
  };
  const present = fieldSpecs(fields).filter((spec) => includes(spec.versions, version));
  return Object.fromEntries(present.map(({ name, fields: of }) => [name, of === undefined ? message[name] : inner(of, message[name])]));
}

/** The message with `bigint` for its int64 fields, as some clients have them. */
export function withBigInts(fields: Fields, message: Message): Message {
  const inner = (of: Fields, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((one) => withBigInts(of, one));
    return value === null ? null : withBigInts(of, value as Message);
  };
  return Object.fromEntries(
    fieldSpecs(fields).map(({ name, type, fields: of }) => {
      const value = message[name];
      if (of !== undefined) return [name, inner(of, value)];
      return [name, type === 'int64' ? BigInt(value as number) : value];
    }),
  );
}

/**
 * All values inside a value, bytes in hex and everything else as text, to compare decoders with different field names.
 */
export function leaves(value: unknown): string[] {
  if (Buffer.isBuffer(value)) return [value.toString('hex')];
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.values(value).flatMap((inner) => leaves(inner));
}
