import { fieldSpecs } from '../../src/wire/codecs/field-spec.ts';
import type { Message } from '../../src/wire/codecs/message-codec.ts';
import type { Fields } from '../../src/wire/schema.ts';

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
