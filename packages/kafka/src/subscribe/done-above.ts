/** Offsets from `first` to `last`, both in it. */
interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/** Marks the metadata as ours, and its form. */
const prefix = 'tracelink/1 ';

/** Kafka's default of `offset.metadata.max.bytes` is 4096. */
const longest = 4_000;

/**
 * The offsets of a partition that are done above its committed one: messages of other keys went on while one was still at work.
 * Written into the metadata of the commit, so that whoever takes over repeats only what was not done.
 */
export class DoneAbove {
  static readonly none: DoneAbove = new DoneAbove([]);
  /** In ascending order, with a gap between any two. */
  readonly #ranges: readonly Range[];

  private constructor(ranges: readonly Range[]) {
    this.#ranges = ranges;
  }

  /** @param ranges ascending, none next to another */
  static of(ranges: readonly (readonly [first: string, last: string])[]): DoneAbove {
    return ranges.length === 0
      ? DoneAbove.none
      : new DoneAbove(ranges.map(([first, last]) => ({ first: BigInt(first), last: BigInt(last) })));
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  has(offset: string): boolean {
    if (this.isEmpty) return false;
    const wanted = BigInt(offset);
    return this.#ranges.some(({ first, last }) => first <= wanted && wanted <= last);
  }

  /**
   * The text for the metadata of a commit at `committed`: distances and lengths in turn, base 36. What does not fit into Kafka's
   * limit is left out from the end, and would be repeated. Empty where nothing is done above.
   */
  toMetadata(committed: string): string {
    let text = '';
    let position = BigInt(committed);
    for (const { first, last } of this.#ranges) {
      const more = `${text === '' ? prefix : ','}${(first - position).toString(36)}+${(last - first).toString(36)}`;
      if (text.length + more.length > longest) break;
      text += more;
      position = last;
    }
    return text;
  }

  /** Reads the metadata of a commit at `committed`. What another program wrote there, or nobody, is `none`; never throws. */
  static fromMetadata(committed: string, metadata: string | null): DoneAbove {
    if (metadata?.startsWith(prefix) !== true || metadata.length > longest || !/^\d{1,19}$/.test(committed)) return DoneAbove.none;
    const ranges: Range[] = [];
    let position = BigInt(committed);
    for (const part of metadata.slice(prefix.length).split(',')) {
      const [, distance, length] = /^([0-9a-z]{1,12})\+([0-9a-z]{1,12})$/.exec(part) ?? [];
      if (distance === undefined || length === undefined) return DoneAbove.none;
      const first = position + fromBase36(distance);
      const last = first + fromBase36(length);
      ranges.push({ first, last });
      position = last;
    }
    return new DoneAbove(ranges);
  }
}

function fromBase36(digits: string): bigint {
  let value = 0n;
  for (const digit of digits) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value;
}
