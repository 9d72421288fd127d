/** Offsets from `first` to `last`, both included. */
export interface OffsetRange {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * The offsets of a partition that completed beyond the committed offset: records of other keys continued while one was in flight.
 * Disjoint ranges in ascending order, none adjacent to another.
 */
export class CompletedOffsets {
  #ranges: OffsetRange[] = [];

  static of(ranges: Iterable<OffsetRange>): CompletedOffsets {
    const completed = new CompletedOffsets();
    for (const range of ranges) completed.add(range);
    return completed;
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  get ranges(): readonly OffsetRange[] {
    return this.#ranges;
  }

  has(offset: bigint): boolean {
    return this.#ranges.some(({ first, last }) => first <= offset && offset <= last);
  }

  add({ first, last }: OffsetRange): void {
    const before: OffsetRange[] = [];
    const after: OffsetRange[] = [];
    let [from, to] = [first, last];
    for (const range of this.#ranges) {
      if (range.last + 1n < first) before.push(range);
      else if (range.first > last + 1n) after.push(range);
      else {
        if (range.first < from) from = range.first;
        if (range.last > to) to = range.last;
      }
    }
    this.#ranges = [...before, { first: from, last: to }, ...after];
  }

  /** The first offset from `offset` on that is not completed; forgets everything below it. */
  advance(offset: bigint): bigint {
    let position = offset;
    while (this.#ranges[0] !== undefined && this.#ranges[0].first <= position) {
      const { last } = this.#ranges.shift() as OffsetRange;
      if (last >= position) position = last + 1n;
    }
    return position;
  }

  clear(): void {
    this.#ranges = [];
  }
}
