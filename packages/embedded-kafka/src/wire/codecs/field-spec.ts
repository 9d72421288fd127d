import type { Field, Fields, PrimitiveTypes, VersionRange } from '../schema.ts';

/** The uuid that stands for none: of a topic that is not there, or in a version without topic ids. */
export const zeroUuid = '00000000-0000-0000-0000-000000000000';

/** What a field's line says, taken apart. */
export interface FieldSpec {
  readonly name: string;
  readonly type: keyof PrimitiveTypes | 'struct';
  readonly isArray: boolean;
  readonly versions: VersionRange;
  /** The versions in which it can be null. */
  readonly nullable: VersionRange | undefined;
  readonly tag: number | undefined;
  /** Its default if the line has one. */
  readonly default: unknown;
  /** The fields of a struct. */
  readonly fields: Fields | undefined;
}

const everyVersion: VersionRange = { min: 0, max: Infinity };

const linePattern =
  /^(?<type>[a-z]+\d*)(?<array>\[\])?(?: (?<versions>\d+(?:\+|-\d+)))?(?<nullable> nullable(?: (?<nullableVersions>\d+(?:\+|-\d+)))?)?(?: tag (?<tag>\d+))?(?: = (?<default>\S+))?$/;

/** Reads the line of a field; the compiler has checked its form already, so a mistake here is one of the table. */
export function fieldSpec(name: string, field: Field): FieldSpec {
  const [line, fields] = typeof field === 'string' ? [field, undefined] : field;
  const parts = linePattern.exec(line)?.groups;
  if (parts === undefined) throw new TypeError(`The line of the field ${name} is not of the language: ${line}`);
  const versions = versionRange(parts['versions']) ?? everyVersion;
  return {
    name,
    type: parts['type'] as FieldSpec['type'],
    isArray: parts['array'] !== undefined,
    versions,
    nullable: parts['nullable'] === undefined ? undefined : (versionRange(parts['nullableVersions']) ?? versions),
    tag: parts['tag'] === undefined ? undefined : Number(parts['tag']),
    default: parts['default'] === undefined ? undefined : defaultValue(parts['default']),
    fields,
  };
}

/** Whether `version` is one of `range`; of no range it never is. */
export function includes(range: VersionRange | undefined, version: number): boolean {
  return range !== undefined && range.min <= version && version <= range.max;
}

/** What a field is when nobody said anything: without a default of its own as in Kafka's code. Frozen, as many messages share it. */
export function defaultOf(spec: FieldSpec): unknown {
  if (spec.default !== undefined) return spec.default;
  if (spec.isArray) return emptyArray;
  switch (spec.type) {
    case 'bool':
      return false;
    case 'string':
      return '';
    case 'uuid':
      return zeroUuid;
    case 'bytes':
    case 'records':
      return emptyBuffer;
    case 'struct':
      return Object.freeze(Object.fromEntries(fieldSpecs(spec.fields ?? {}).map((inner) => [inner.name, defaultOf(inner)])));
    default:
      return 0;
  }
}

/** All fields of a message, in the order of the wire. */
export function fieldSpecs(fields: Fields): FieldSpec[] {
  return Object.entries(fields).map(([name, field]) => fieldSpec(name, field));
}

const emptyArray: readonly unknown[] = Object.freeze([]);
const emptyBuffer = Buffer.alloc(0);

function versionRange(text: string | undefined): VersionRange | undefined {
  if (text === undefined) return undefined;
  const [min, max] = text.split(/[-+]/);
  return { min: Number(min), max: max === '' ? Infinity : Number(max) };
}

function defaultValue(text: string): unknown {
  switch (text) {
    case 'null':
      return null;
    case 'true':
      return true;
    case 'false':
      return false;
    case "''":
      return '';
    case '[]':
      return emptyArray;
    default:
      return Number(text);
  }
}
