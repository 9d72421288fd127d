/** The versions from `min` to `max`, inclusive. */
export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

/** A request and its response in all their versions, as plain data. */
export interface Api {
  /** The API key in the request header. */
  readonly key: number;
  /** The versions that can be decoded and encoded. Fields of other versions are not in the table. */
  readonly versions: VersionRange;
  /** The versions that ApiVersions advertises, when they differ. */
  readonly advertised?: VersionRange;
  /** The first flexible version (KIP-482); `null` when there is none. */
  readonly flexibleFrom: number | null;
  readonly request: Fields;
  readonly response: Fields;
}

/** The fields of a message or struct in wire order, by the names of Kafka's message definitions. */
export interface Fields {
  readonly [name: string]: Field;
}

/**
 * A field in one line; a struct is a line and its fields:
 *
 * ```
 * acks: 'int16',
 * throttleTimeMs: 'int32 1+ = 0',
 * topics: ['struct[] 0-7 nullable 2+', { name: 'string', partitionIndexes: 'int32[]' }],
 * ```
 */
export type Field = FieldLine | readonly [StructLine, Fields];

/**
 * Type, versions, nullable versions, tag, default. Only the type is required: without versions, the field is in all of
 * the API's versions, and `nullable` alone covers all of the field's.
 *
 * Without a default, a field that is not in a version reads as zero, false, empty or the zero uuid. A field with a
 * default or a tag may be omitted by the writer.
 */
export type FieldLine = `${keyof PrimitiveTypes}${'' | '[]'}${Traits}`;
type StructLine = `${'struct' | 'struct[]'}${Traits}`;

type Versions = `${number}+` | `${number}-${number}`;
type Traits = `${'' | ` ${Versions}`}${'' | ' nullable' | ` nullable ${Versions}`}${'' | ` tag ${number}`}${'' | ` = ${Default}`}`;
type Default = number | 'true' | 'false' | 'null' | "''" | '[]';

/** The wire types: what a read returns, and what a write takes. */
export interface PrimitiveTypes {
  bool: { read: boolean; write: boolean };
  int8: { read: number; write: number };
  int16: { read: number; write: number };
  int32: { read: number; write: number };
  /** Up to `Number.MAX_SAFE_INTEGER`: offsets and timestamps stay far below. */
  int64: { read: number; write: number };
  /** 32 lower-case hex digits with dashes, as `crypto.randomUUID()` returns them. */
  uuid: { read: string; write: string };
  string: { read: string; write: string };
  /** A read returns a view of the frame: copy it to keep it. */
  bytes: { read: Buffer; write: Uint8Array };
  /** Encoded record batches. A read returns a view of the frame; a write includes the buffers by reference. */
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

/** What a read returns: every field, with the default where the version does not have it. */
export type Decoded<F> = { readonly [Name in keyof F]: ValueOf<F[Name], 'read'> };

/** What a write takes: fields with a default may be omitted, and fields that the version does not have are ignored. */
export type Encodable<F> = {
  readonly [Name in keyof F as IsOptional<F[Name]> extends true ? never : Name]: ValueOf<F[Name], 'write'>;
} & {
  readonly [Name in keyof F as IsOptional<F[Name]> extends true ? Name : never]?: ValueOf<F[Name], 'write'>;
};
