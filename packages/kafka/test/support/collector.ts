/** Values that handlers got, and a promise for when there are enough of them. */
export class Collector<T = string> {
  readonly values: T[] = [];
  readonly #waiting = new Set<() => void>();

  add(value: T): void {
    this.values.push(value);
    for (const look of this.#waiting) look();
  }

  /** Resolves once `holds` is true for the collected values. */
  async until(holds: (values: readonly T[]) => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => (holds(this.values) ? resolve() : undefined);
    this.#waiting.add(look);
    look();
    await promise;
    this.#waiting.delete(look);
  }

  /** Resolves with the values once all of `wanted` are among them. */
  async all(...wanted: readonly T[]): Promise<readonly T[]> {
    await this.until((values) => wanted.every((value) => values.includes(value)));
    return this.values;
  }
}
