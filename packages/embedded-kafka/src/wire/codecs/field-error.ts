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
