import { defaultOf, fieldSpecs, includes, type FieldSpec } from '../../src/wire/codecs/field-spec.ts';
import type { Message } from '../../src/wire/codecs/message-codec.ts';
import type { Fields } from '../../src/wire/apis/schema.ts';
import { apiNames, apiOf, type ApiName } from '../../src/wire/apis/apis.ts';
import type { Direction } from '../../src/wire/codecs/codecs.ts';

/** `full`: every field of the version is set, unique and not its default. `least`: null, empty or its default. */
export type SampleKind = 'full' | 'least';

/** A message as it is decoded in that version, the same at every call. */
export function sampleMessage(fields: Fields, version: number, kind: SampleKind): Message {
  let count = 0;
  const message = (of: Fields): Message => Object.fromEntries(fieldSpecs(of).map((spec) => [spec.name, field(spec)]));
  const field = (spec: FieldSpec): unknown => {
    if (!includes(spec.versions, version)) return defaultOf(spec);
    if (kind === 'least') return spec.tag === undefined && includes(spec.nullable, version) ? null : least(spec);
    return spec.isArray ? [one(spec), one(spec)] : one(spec);
  };
  const least = (spec: FieldSpec): unknown => (spec.fields === undefined || spec.isArray ? defaultOf(spec) : message(spec.fields));
  const one = (spec: FieldSpec): unknown => {
    count += 1;
    switch (spec.type) {
      case 'struct':
        return message(spec.fields ?? {});
      case 'bool':
        return spec.default !== true;
      case 'int8':
        return count % 128;
      case 'int16':
        // Clients turn these into errors, and know no other codes.
        return /errorCode$/i.test(spec.name) ? 1 + (count % 30) : -0x100 - count;
      case 'int32':
        return 0x01020300 + count;
      case 'int64':
        return -(2 ** 45) - count;
      case 'uuid':
        return `00112233-4455-6677-8899-aabbccdd${String(count).padStart(4, '0')}`;
      case 'string':
        return `${spec.name} é${count}`;
      case 'bytes':
      case 'records':
        return Buffer.from(`${spec.name} ${count}`);
    }
  };
  return message(fields);
}

/** One message of one version, with a name for a failing test. */
export interface Sample {
  readonly name: string;
  readonly api: ApiName;
  readonly direction: Direction;
  readonly version: number;
  readonly body: Message;
}

export const correlationId = 0x0badcafe;
export const clientId = 'tracelink';

/** Every version of an API in the table. */
export function versionsOf(api: ApiName): number[] {
  const { min, max } = apiOf(api).versions;
  return Array.from({ length: max - min + 1 }, (_, index) => min + index);
}

/** A full and a minimal message of every version of the table, in both directions. */
export function everySample(): Sample[] {
  const directions: readonly Direction[] = ['request', 'response'];
  const kinds: readonly SampleKind[] = ['full', 'least'];
  return apiNames.flatMap((api) =>
    versionsOf(api).flatMap((version) =>
      directions.flatMap((direction) =>
        kinds.map((kind) => ({
          name: `${api} ${direction} v${version} ${kind}`,
          api,
          direction,
          version,
          body: sampleMessage(apiOf(api)[direction], version, kind),
        })),
      ),
    ),
  );
}
