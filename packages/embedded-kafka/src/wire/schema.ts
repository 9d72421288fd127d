/** The versions from `min` to `max`, both included. */
export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

/** One request and its response in all their versions, as plain data. */
export interface Api {
  /** The number that the request header carries. */
  readonly key: number;
  /** What can be read and written. Fields of older or newer versions are not in the table. */
  readonly versions: VersionRange;
  /** What ApiVersions tells, where that is not the same. */
  readonly advertised?: VersionRange;
  /** The first version with compact lengths and tagged fields (KIP-482); `null` when there is none. */
  readonly flexibleFrom: number | null;
  readonly request: Fields;
  readonly response: Fields;
}

/** A message or a part of it: the fields in the order of the wire, by the names of Kafka's message definitions. */
export interface Fields {
  readonly [name: string]: Field;
}

/**
 * A field in one line, or, for what has fields of its own, a line and those fields:
 *
 * ```
 * acks: 'int16',
 * throttleTimeMs: 'int32 1+ = 0',
 * topics: ['struct[] 0-7 nullable 2+', { name: 'string', partitionIndexes: 'int32[]' }],
 * ```
 */
export type Field = FieldLine | readonly [StructLine, Fields];

/**
 * Type, versions, the versions in which it can be null, tag, default. Only the type is always there: no versions means
 * all of the API's, `nullable` alone means all of the field's.
 *
 * Without a default of its own a field that a version does not have reads as zero, false, empty or the zero uuid.
 * A default, or a tag, makes the field one that the writer of a message can leave out.
 */
export type FieldLine = `${keyof PrimitiveTypes}${'' | '[]'}${Traits}`;
type StructLine = `${'struct' | 'struct[]'}${Traits}`;

type Versions = `${number}+` | `${number}-${number}`;
type Traits = `${'' | ` ${Versions}`}${'' | ' nullable' | ` nullable ${Versions}`}${'' | ` tag ${number}`}${'' | ` = ${Default}`}`;
type Default = number | 'true' | 'false' | 'null' | "''" | '[]';

/** The types of the wire in this language: what a read gives, and what a write takes. */
export interface PrimitiveTypes {
  bool: { read: boolean; write: boolean };
  int8: { read: number; write: number };
  int16: { read: number; write: number };
  int32: { read: number; write: number };
  /** Up to `Number.MAX_SAFE_INTEGER` in size: offsets and times stay far below. */
  int64: { read: number; write: number };
  /** 32 lower-case hex digits with dashes, as `crypto.randomUUID()` writes it. */
  uuid: { read: string; write: string };
  string: { read: string; write: string };
  /** Read as a view of the frame: whoever keeps it copies it. */
  bytes: { read: Buffer; write: Uint8Array };
  /** Record batches, unopened. Read as a view of the frame; written by reference, also from several places. */
  records: { read: Buffer; write: Buffer | readonly Buffer[] };
}

type Direction = 'read' | 'write';
type LineOf<F> = F extends readonly [infer Line, unknown] ? Line : F;
type TypeOf<Line> = Line extends `${infer Type} ${string}` ? Type : Line;
type NullOf<Line> = Line extends `${string} nullable${string}` ? null : never;
type IsOptional<F> = LineOf<F> extends `${string} = ${string}` | `${string} tag ${string}` ? true : false;

type ValueOf<F, D extends Direction> =
  | NullOf<LineOf<F>>
  | (F extends readonly [infer Line, infer Inner]
      ? TypeOf<Line> extends 'struct[]'
        ? readonly MessageOf<Inner, D>[]
        : MessageOf<Inner, D>
      : TypeOf<F> extends `${infer T extends keyof PrimitiveTypes}[]`
        ? readonly PrimitiveTypes[T][D][]
        : TypeOf<F> extends keyof PrimitiveTypes
          ? PrimitiveTypes[TypeOf<F>][D]
          : never);

type MessageOf<F, D extends Direction> = D extends 'read' ? Decoded<F> : Encodable<F>;

/** What a read gives: every field, those that the version does not have with their default. */
export type Decoded<F> = { readonly [Name in keyof F]: ValueOf<F[Name], 'read'> };

/** What a write takes: fields with a default can be left out, fields that the version does not have are not written. */
export type Encodable<F> = {
  readonly [Name in keyof F as IsOptional<F[Name]> extends true ? never : Name]: ValueOf<F[Name], 'write'>;
} & {
  readonly [Name in keyof F as IsOptional<F[Name]> extends true ? Name : never]?: ValueOf<F[Name], 'write'>;
};
