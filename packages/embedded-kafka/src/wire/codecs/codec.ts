import type { Reader } from '../reader.ts';
import type { Writer } from '../writer.ts';

/** Reads and writes one wire type in one version. Both throw `FieldError` and no other error. */
export interface Codec<T> {
  /** The minimum size of a value in bytes, which limits how many values the rest of a frame can hold. */
  readonly minSize: number;
  read(reader: Reader): T;
  write(writer: Writer, value: T): void;
}

/** A value that cannot be read or written, and the path to its field. The codec turns it into a `WireError`. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly #path: string[] = [];

  /** Prepends the name of a field to the path of a FieldError. Other errors are left unchanged. */
  static locate(error: unknown, name: string): void {
    if (error instanceof FieldError) error.#path.unshift(name);
  }

  /** One line for a log, such as `topics.partitions.records: 12 bytes needed, 3 left`. */
  describe(): string {
    return this.#path.length === 0 ? this.message : `${this.#path.join('.')}: ${this.message}`;
  }
}
