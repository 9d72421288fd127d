import type { OffsetRange } from '../client/read-ranges.ts';

/** The offsets of a partition, decimal. */
interface PartitionOffsets {
  readonly partition: number;
  readonly low: string;
  readonly high: string;
}

/**
 * The last records of a topic, `most` at most: each partition gives what it has, and where that is too much, those with more than their
 * share give less.
 */
export function tailRanges(topic: string, offsets: readonly PartitionOffsets[], most: number): OffsetRange[] {
  const sizes = offsets.map(({ partition, low, high }) => ({ partition, end: BigInt(high), size: Number(BigInt(high) - BigInt(low)) }));
  let left = most;
  // The smallest first: what it does not need is for the others.
  return sizes
    .toSorted((a, b) => a.size - b.size)
    .flatMap(({ partition, end, size }, index) => {
      const taken = Math.min(size, Math.floor(left / (sizes.length - index)));
      left -= taken;
      return taken > 0 ? [{ topic, partition, start: end - BigInt(taken), end }] : [];
    });
}
