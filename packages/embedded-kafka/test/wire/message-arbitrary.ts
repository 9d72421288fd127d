import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { defaultOf, fieldSpecs, includes, type FieldSpec } from '../../src/wire/codecs/field-spec.ts';
import type { Message } from '../../src/wire/codecs/message-codec.ts';
import type { Fields, PrimitiveTypes } from '../../src/wire/apis/schema.ts';

const bytes: Arbitrary<Buffer> = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));

const primitives: Readonly<Record<keyof PrimitiveTypes, Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  int8: fc.integer({ min: -(2 ** 7), max: 2 ** 7 - 1 }),
  int16: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  int64: fc.maxSafeInteger(),
  uuid: fc.uuid(),
  string: fc.oneof({ weight: 20, arbitrary: fc.string({ unit: 'binary' }) }, { weight: 1, arbitrary: fc.constant('x'.repeat(0x7fff)) }),
  bytes,
  records: bytes,
};

/** Any message of a version, as it is decoded: fields that the version does not have are at their defaults. */
export function messageArbitrary(fields: Fields, version: number): Arbitrary<Message> {
  return fc.record(Object.fromEntries(fieldSpecs(fields).map((spec) => [spec.name, fieldArbitrary(spec, version)])), {
    noNullPrototype: true,
  });
}

function fieldArbitrary(spec: FieldSpec, version: number): Arbitrary<unknown> {
  if (!includes(spec.versions, version)) return fc.constant(defaultOf(spec));
  const one = spec.type === 'struct' ? messageArbitrary(spec.fields ?? {}, version) : primitives[spec.type];
  const value = spec.isArray ? fc.array(one, { maxLength: 3 }) : one;
  const orDefault = spec.tag === undefined ? value : fc.oneof(value, fc.constant(defaultOf(spec)));
  return includes(spec.nullable, version) ? fc.option(orDefault) : orDefault;
}
