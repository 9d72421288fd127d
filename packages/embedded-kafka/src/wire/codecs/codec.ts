import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';

/** One type of the wire in one version. Reading and writing throw `FieldError` and nothing else. */
export interface Codec<T> {
  /** The fewest bytes that a value takes: how many of them can be in what is left of a frame follows from it. */
  readonly minSize: number;
  read(reader: Reader): T;
  write(writer: Writer, value: T): void;
}
