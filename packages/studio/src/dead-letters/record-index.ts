import { isUtf8 } from 'node:buffer';
import type { DeadLetterExtent, DeadLetterSummary } from '../providers/dead-letters.ts';

/** A record in a list. */
export interface ListedRecord extends Omit<DeadLetterSummary, 'key'> {
  readonly key: string | null;
}

/** Which records of a topic are listed. */
export interface RecordFilter {
  /** The class of the error; undefined is any. */
  readonly errorClass?: string;
  /** The trace in which it failed, or was first sent. */
  readonly traceId?: string;
  /** Its key, or its error, has it in it, in any case; empty is in all of them. */
  readonly search: string;
}

/** Records with the same error, or of the same trace. */
export interface RecordGroup {
  /** The class of the error, or the trace id; `undefined` for records that name none. */
  readonly name: string | undefined;
  readonly records: number;
  readonly oldest: number | undefined;
  readonly newest: number | undefined;
  /** The message of the newest. */
  readonly errorMessage: string | undefined;
  /** Up to three of the topics that they came from. */
  readonly originalTopics: readonly string[];
}

/** The records of a topic as they were when it was read, the newest first. */
export class RecordIndex {
  readonly topic: string;
  /** Milliseconds since the epoch. */
  readonly readAt = Date.now();
  readonly #rows: ListedRecord[] = [];
  /** The same few classes and topics stand in every record: each is held once. */
  readonly #texts = new Map<string, string>();
  #extent: DeadLetterExtent = { records: 0, unreadPartitions: 0 };

  constructor(topic: string) {
    this.topic = topic;
  }

  get extent(): DeadLetterExtent {
    return this.#extent;
  }

  /** How many records it holds. */
  get size(): number {
    return this.#rows.length;
  }

  add({ key, ...record }: DeadLetterSummary): void {
    this.#rows.push({
      partition: record.partition,
      offset: record.offset,
      timestamp: record.timestamp,
      key: shortKey(key),
      valueSize: record.valueSize,
      writer: this.#once(record.writer),
      originalTopic: this.#once(record.originalTopic),
      originalPartition: record.originalPartition,
      originalOffset: record.originalOffset,
      originalTimestamp: record.originalTimestamp,
      groupId: this.#once(record.groupId),
      attempts: record.attempts,
      firstFailure: record.firstFailure,
      errorClass: this.#once(record.errorClass),
      errorMessage: this.#once(record.errorMessage),
      traceId: record.traceId,
      originTraceId: record.originTraceId,
      replays: record.replays,
    });
  }

  /** All records were added. */
  complete(extent: DeadLetterExtent): this {
    this.#extent = extent;
    this.#rows.sort(newestFirst);
    this.#texts.clear();
    return this;
  }

  filtered({ errorClass, traceId, search }: RecordFilter): readonly ListedRecord[] {
    const wanted = search.toLowerCase();
    const has = (text: string | null | undefined): boolean => text?.toLowerCase().includes(wanted) === true;
    return this.#rows.filter(
      (row) =>
        (errorClass === undefined || row.errorClass === errorClass) &&
        (traceId === undefined || row.traceId === traceId || row.originTraceId === traceId) &&
        (wanted === '' || has(row.key) || has(row.errorClass) || has(row.errorMessage)),
    );
  }

  #once(text: string | undefined): string | undefined {
    const short = shortText(text);
    if (short === undefined) return undefined;
    const held = this.#texts.get(short);
    if (held !== undefined) return held;
    // Of records whose texts all differ, a table of them would only cost.
    if (this.#texts.size < 1_000) this.#texts.set(short, short);
    return short;
  }
}

/** Groups of records, the largest first. */
export function groupsOf(rows: readonly ListedRecord[], by: 'errorClass' | 'traceId'): RecordGroup[] {
  const groups = new Map<string | undefined, ListedRecord[]>();
  for (const row of rows) {
    const group = groups.get(row[by]);
    if (group === undefined) groups.set(row[by], [row]);
    else group.push(row);
  }
  return [...groups].map(([name, members]) => groupOf(name, members)).sort((a, b) => b.records - a.records);
}

function groupOf(name: string | undefined, rows: readonly ListedRecord[]): RecordGroup {
  const times = rows.flatMap(({ timestamp }) => timestamp ?? []);
  const topics = new Set(rows.flatMap(({ originalTopic }) => originalTopic ?? []));
  return {
    name,
    records: rows.length,
    // The rows are in the order of their times, those without one behind.
    newest: times[0],
    oldest: times.at(-1),
    errorMessage: rows[0]?.errorMessage,
    originalTopics: [...topics].slice(0, 3),
  };
}

function newestFirst(a: ListedRecord, b: ListedRecord): number {
  return (
    (b.timestamp ?? 0) - (a.timestamp ?? 0) ||
    a.partition - b.partition ||
    // Decimals without leading zeros: the longer one is the larger one.
    b.offset.length - a.offset.length ||
    (a.offset < b.offset ? 1 : -1)
  );
}

/** Characters of a text in a list. */
const longest = 300;
/** Bytes of a key in a list. */
const longestKey = 64;

/** The start of a text. Not a slice, which would keep the whole text in memory. */
function shortText(text: string | undefined): string | undefined {
  return text === undefined || text.length <= longest ? text : Buffer.from(`${text.slice(0, longest - 1)}…`).toString();
}

/** The start of a key: as text where it is printable, else in hexadecimal digits. */
export function shortKey(key: Uint8Array | null): string | null {
  if (key === null) return null;
  const start = key.subarray(0, longestKey);
  const more = start.length < key.length ? '…' : '';
  // What is cut in the middle of a character is shown in digits as well: it is rare, and nothing is lost.
  const isText = isUtf8(start) && !start.some((byte) => byte < 0x20 || byte === 0x7f);
  return `${isText ? Buffer.from(start).toString() : `0x${Buffer.from(start).toString('hex')}`}${more}`;
}
