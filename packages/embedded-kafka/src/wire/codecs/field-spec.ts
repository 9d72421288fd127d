import type { Field, Fields, PrimitiveTypes, VersionRange } from '../apis/schema.ts';

/** The uuid of no topic: for an unknown topic, or in a version without topic ids. */
export const zeroUuid = '00000000-0000-0000-0000-000000000000';

/** The parsed line of a field. */
export interface FieldSpec {
  readonly name: string;
  readonly type: keyof PrimitiveTypes | 'struct';
  readonly isArray: boolean;
  readonly versions: VersionRange;
  /** The versions in which the field is nullable. */
  readonly nullable: VersionRange | undefined;
  readonly tag: number | undefined;
  /** The default, when the line has one. */
  readonly default: unknown;
  /** The fields of a struct. */
  readonly fields: Fields | undefined;
}

const everyVersion: VersionRange = { min: 0, max: Infinity };

const linePattern =
  /^(?<type>[a-z]+\d*)(?<array>\[\])?(?: (?<versions>\d+(?:\+|-\d+)))?(?<nullable> nullable(?: (?<nullableVersions>\d+(?:\+|-\d+)))?)?(?: tag (?<tag>\d+))?(?: = (?<default>\S+))?$/;

/** Parses the line of a field. The compiler checks its form, so an error here is a mistake in the table. */
export function fieldSpec(name: string, field: Field): FieldSpec {
  const [line, fields] = typeof field === 'string' ? [field, undefined] : field;
  const parts = linePattern.exec(line)?.groups;
  if (parts === undefined) throw new TypeError(`The line of the field ${name} cannot be parsed: ${line}`);
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

/** Whether `range` contains `version`; an undefined range contains none. */
export function includes(range: VersionRange | undefined, version: number): boolean {
  return range !== undefined && range.min <= version && version <= range.max;
}

/** The default of a field: its own, or else that of its type in Kafka's code. Frozen, as many messages share it. */
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

/** All fields of a message, in wire order. */
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
