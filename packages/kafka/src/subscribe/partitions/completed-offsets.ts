/** Offsets from `first` to `last`, both included. */
export interface CompletedRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** Offsets that are not completed. */
export interface MissingOffsets {
  /** The first one. */
  readonly from: bigint;
  /** The offset after the last one. */
  readonly to: bigint;
  /** How many they are: those in between may be completed. */
  readonly count: number;
}

/**
 * The offsets of a partition that completed beyond the committed offset: records of other keys continued while one was in flight.
 * Disjoint ranges in ascending order, none adjacent to another.
 */
export class CompletedOffsets {
  readonly #ranges: CompletedRange[] = [];

  static of(ranges: Iterable<CompletedRange>): CompletedOffsets {
    const completed = new CompletedOffsets();
    for (const range of ranges) completed.add(range);
    return completed;
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  get ranges(): readonly CompletedRange[] {
    return this.#ranges;
  }

  has(offset: bigint): boolean {
    const range = this.#ranges[this.#indexFrom(offset)];
    return range !== undefined && range.first <= offset;
  }

  add({ first, last }: CompletedRange): void {
    // Adjacent ranges become one, too.
    const index = this.#indexFrom(first - 1n);
    let [from, to] = [first, last];
    let merged = 0;
    for (let range = this.#ranges[index]; range !== undefined && range.first <= last + 1n; range = this.#ranges[index + ++merged]) {
      if (range.first < from) from = range.first;
      if (range.last > to) to = range.last;
    }
    this.#ranges.splice(index, merged, { first: from, last: to });
  }

  /** The first offset from `offset` on that is not completed; forgets everything below it. */
  advance(offset: bigint): bigint {
    let position = offset;
    let passed = 0;
    for (let range = this.#ranges[0]; range !== undefined && range.first <= position; range = this.#ranges[++passed])
      if (range.last >= position) position = range.last + 1n;
    if (passed > 0) this.#ranges.splice(0, passed);
    return position;
  }

  /** How many offsets there are from `offset` to the last completed one; 0 when none is completed. */
  reach(offset: bigint): number {
    const last = this.#ranges.at(-1)?.last;
    return last === undefined ? 0 : Number(last + 1n - offset);
  }

  /** The offsets from `from` to below `to` that are not completed; `undefined` when all are. */
  missing(from: bigint, to: bigint): MissingOffsets | undefined {
    let missing: MissingOffsets | undefined;
    let position = from;
    for (const { first, last } of [...this.#ranges, { first: to, last: to }]) {
      const end = first < to ? first : to;
      if (end > position) missing = { from: missing?.from ?? position, to: end, count: (missing?.count ?? 0) + Number(end - position) };
      if (last >= position) position = last + 1n;
    }
    return missing;
  }

  clear(): void {
    this.#ranges.length = 0;
  }

  /** The index of the first range that ends at `offset` or later. Records mostly complete in order: the end is looked at first. */
  #indexFrom(offset: bigint): number {
    const ranges = this.#ranges;
    let high = ranges.length;
    if (high === 0 || (ranges[high - 1] as CompletedRange).last < offset) return high;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ranges[middle] as CompletedRange).last < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
