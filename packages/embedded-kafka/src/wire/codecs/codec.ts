import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';

/** One type of the wire in one version. Reading and writing throw `FieldError` and nothing else. */
export interface Codec<T> {
  /** The fewest bytes that a value takes: how many of them can be in what is left of a frame follows from it. */
  readonly minSize: number;
  read(reader: Reader): T;
  write(writer: Writer, value: T): void;
}

/** A value that cannot be read or written, and the way to its field; the codec makes a `WireError` of it. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly #path: string[] = [];

  /** Puts the name of the field that it went wrong in before the way that is known already. Other errors are left as they are. */
  static locate(error: unknown, name: string): void {
    if (error instanceof FieldError) error.#path.unshift(name);
  }

  /** One line for a log, such as `topics.partitions.records: 12 bytes needed, 3 left`. */
  describe(): string {
    return this.#path.length === 0 ? this.message : `${this.#path.join('.')}: ${this.message}`;
  }
}
