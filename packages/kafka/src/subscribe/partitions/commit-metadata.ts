import type { CompletedOffsets, CompletedRange } from './completed-offsets.ts';

/** The content of a commit's metadata, so that the member that takes over the partition knows which log it was made for. */
export interface CommitMetadata {
  /** Names cluster and topic: a mirrored topic has other offsets, and its mirror copies the metadata as it is. */
  readonly fingerprint: string;
  /**
   * The latest timestamp before the commit, and before the last completed offset; milliseconds since the epoch.
   * `undefined`: not known.
   */
  readonly maxTimestamp: number | undefined;
  /** Offsets that completed beyond the commit, ascending. */
  readonly completed: readonly CompletedRange[];
}

/** Marks the metadata as ours, and its format version. */
const prefix = 'tracelink/2';

/** Kafka's default of `offset.metadata.max.bytes` is 4096. */
const longest = 4_000;

/**
 * The text for the metadata of a commit at `committed`: `tracelink/2 {fingerprint} {maxTimestamp} {distance}+{length},…`, numbers in base 36.
 * Ranges that do not fit into Kafka's limit are left out from the end: their records would be repeated.
 */
export function encodeCommitMetadata(
  committed: bigint,
  fingerprint: string,
  maxTimestamp: number | undefined,
  completed: CompletedOffsets,
): string {
  let text = `${prefix} ${fingerprint} ${maxTimestamp === undefined ? '-' : maxTimestamp.toString(36)}`;
  let position = committed;
  let separator = ' ';
  for (const { first, last } of completed.ranges) {
    const more = `${separator}${(first - position).toString(36)}+${(last - first).toString(36)}`;
    if (text.length + more.length > longest) break;
    text += more;
    position = last;
    separator = ',';
  }
  return text;
}

/** Decodes the metadata of a commit at `committed`. `undefined` for another program's metadata, and for none; never throws. */
export function decodeCommitMetadata(committed: bigint, metadata: string | null | undefined): CommitMetadata | undefined {
  if (typeof metadata !== 'string' || metadata.length > longest) return undefined;
  const [name, fingerprint, time, ranges, ...rest] = metadata.split(' ');
  if (name !== prefix || fingerprint === undefined || time === undefined || rest.length > 0) return undefined;
  const maxTimestamp = time === '-' ? undefined : fromBase36(time);
  const completed = ranges === undefined ? [] : decodeRanges(committed, ranges);
  if (maxTimestamp === null || completed === undefined) return undefined;
  return { fingerprint, maxTimestamp: maxTimestamp === undefined ? undefined : Number(maxTimestamp), completed };
}

function decodeRanges(committed: bigint, text: string): readonly CompletedRange[] | undefined {
  const ranges: CompletedRange[] = [];
  let position = committed;
  for (const part of text.split(',')) {
    const [distance, length, ...rest] = part.split('+').map(fromBase36);
    if (distance === undefined || distance === null || length === undefined || length === null || rest.length > 0) return undefined;
    const first = position + distance;
    const last = first + length;
    ranges.push({ first, last });
    position = last;
  }
  return ranges;
}

/** `null` for text that is no number, or larger than any offset. */
function fromBase36(digits: string): bigint | null {
  if (!/^[0-9a-z]{1,12}$/.test(digits)) return null;
  let value = 0n;
  for (const digit of digits) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value;
}
