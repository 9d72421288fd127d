import { checkFilter, type DeadLetterFilter } from '../../dead-letters/dead-letter-filter.ts';

/** How far replays with one filter have come in a partition. Kept with the commit of their group. */
export interface ProgressEntry {
  /** Every record below was handled, but for `unsent`. The offset of the commit. */
  readonly position: bigint;
  /** Offsets below that could not be sent, ascending. The next replay tries them again. */
  readonly unsent: readonly OffsetSpan[];
  /** The latest timestamp below, in milliseconds since the epoch, which tells this log from a later one; `undefined`: not known. */
  readonly latest: number | undefined;
}

/** Offsets of a partition, both included. */
export interface OffsetSpan {
  readonly first: bigint;
  readonly last: bigint;
}

/** What is selected by the replays of a group. */
export interface Selection {
  readonly filter: DeadLetterFilter;
  readonly maxReplays: number;
}

/** Marks a commit as ours, with the version of its form. */
const form = 'tracelink-replay/1';

/** Characters for offsets that were not sent. With a filter of the longest that is allowed it stays below Kafka's default of 4096 bytes. */
const room = 1_500;

/** The metadata of a commit. The oldest offsets that do not fit are left out: they are not tried again. */
export function encodeEntry({ unsent, latest }: ProgressEntry, selection: Selection): string {
  return JSON.stringify({
    form,
    ...selection,
    ...(Number.isSafeInteger((latest ?? Number.NaN) + 1) && { latest }),
    unsent: encodeSpans(fitting(unsent)),
  });
}

/** Those of the newest spans that the metadata has room for. */
export function fitting(spans: readonly OffsetSpan[]): readonly OffsetSpan[] {
  let start = spans.length;
  for (let left = room; start > 0; start--) {
    left -= encodeSpans(spans.slice(start - 1, start)).length + 1;
    if (left < 0) break;
  }
  return spans.slice(start);
}

/** What the metadata of a commit at `position` says; `undefined` when it is none of ours. Never throws. */
export function decodeEntry(position: bigint, metadata: string | null | undefined): (ProgressEntry & Selection) | undefined {
  if (metadata === null || metadata === undefined || !metadata.startsWith('{')) return undefined;
  try {
    const { form: written, filter, maxReplays, latest, unsent } = JSON.parse(metadata) as Partial<Record<string, unknown>>;
    if (written !== form || typeof filter !== 'object' || filter === null || typeof maxReplays !== 'number') return undefined;
    // It throws for what is no filter.
    checkFilter(filter, '', 0);
    const spans = typeof unsent === 'string' ? decodeSpans(unsent) : undefined;
    if (spans === undefined || !(latest === undefined || Number.isSafeInteger(latest))) return undefined;
    return { position, unsent: spans, latest: latest as number | undefined, filter, maxReplays };
  } catch {
    return undefined;
  }
}

function encodeSpans(spans: readonly OffsetSpan[]): string {
  return spans.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

function decodeSpans(text: string): readonly OffsetSpan[] | undefined {
  const spans = text === '' ? [] : text.split(',').map((span) => /^(\d{1,18})(?:-(\d{1,18}))?$/.exec(span));
  return spans.includes(null)
    ? undefined
    : spans.map((span) => ({ first: BigInt(span?.[1] ?? 0), last: BigInt(span?.[2] ?? span?.[1] ?? 0) }));
}
