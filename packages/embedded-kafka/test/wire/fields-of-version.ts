import { fieldSpecs, includes } from '../../src/wire/codecs/field-spec.ts';
import type { Message } from '../../src/wire/codecs/message-codec.ts';
import type { Fields } from '../../src/wire/schema.ts';

/** The message without the fields that the version does not have. */
export function fieldsOfVersion(fields: Fields, version: number, message: Message): Message {
  const inner = (of: Fields, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((one) => fieldsOfVersion(of, version, one));
    return value === null ? null : fieldsOfVersion(of, version, value as Message);
  };
  const present = fieldSpecs(fields).filter((spec) => includes(spec.versions, version));
  return Object.fromEntries(present.map(({ name, fields: of }) => [name, of === undefined ? message[name] : inner(of, message[name])]));
}
