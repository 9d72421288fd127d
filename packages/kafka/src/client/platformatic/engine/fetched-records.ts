import type { FetchedRecord, HeaderValues } from '../../port/message.ts';
import type { BatchRecord, FetchedPartition, RecordsBatch } from './shapes.ts';

const logAppendTime = 1 << 3;
const transactional = 1 << 4;
const control = 1 << 5;

/** The type of a control record, in the second half of its key, that ends a transaction by aborting it. */
const abortMarker = 0;

/** What one fetch brought of one partition. */
export interface FetchedRecords {
  readonly fetchedOffset: bigint;
  readonly lastOffset: bigint;
  readonly highWatermark: bigint;
  /** Milliseconds since the epoch, of control records and aborted ones, too. */
  readonly maxTimestamp: number;
  readonly messages: readonly FetchedRecord[];
}

/** @returns `undefined` when the fetch brought nothing */
export function fetchedRecords(fetchedOffset: bigint, fetched: FetchedPartition): FetchedRecords | undefined {
  const { records, highWatermark, abortedTransactions } = fetched;
  const batches = (records ?? []).filter((batch) => lastOf(batch) >= fetchedOffset);
  const last = batches.at(-1);
  if (last === undefined) return undefined;
  const messages: FetchedRecord[] = [];
  let maxTimestamp = 0;
  const aborted = new AbortedTransactions(abortedTransactions ?? []);
  for (const batch of batches) {
    maxTimestamp = Math.max(maxTimestamp, Number(batch.maxTimestamp));
    if (aborted.hides(batch)) continue;
    const isAppendTime = (batch.attributes & logAppendTime) !== 0;
    for (const record of batch.records) {
      const offset = batch.firstOffset + BigInt(record.offsetDelta);
      if (offset < fetchedOffset) continue;
      messages.push(messageOf(record, offset, isAppendTime ? batch.maxTimestamp : batch.firstTimestamp + record.timestampDelta));
    }
  }
  return { fetchedOffset, lastOffset: lastOf(last), highWatermark, maxTimestamp, messages };
}

function lastOf({ firstOffset, lastOffsetDelta }: RecordsBatch): bigint {
  return firstOffset + BigInt(lastOffsetDelta);
}

/**
 * Which batches belong to an aborted transaction, asked in the order of their offsets. The client (2.12.1) leaves aborted records in
 * when the marker of their end is in a later fetch, or when their producer aborted another transaction in the same one.
 */
class AbortedTransactions {
  readonly #begins: { readonly producerId: bigint; readonly firstOffset: bigint }[];
  readonly #open = new Set<bigint>();

  constructor(transactions: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[]) {
    this.#begins = transactions.toSorted((one, other) => (one.firstOffset < other.firstOffset ? -1 : 1));
  }

  /** Whether the records of a batch are hidden: those of an aborted transaction, and control records. */
  hides(batch: RecordsBatch): boolean {
    while (this.#begins[0] !== undefined && this.#begins[0].firstOffset <= lastOf(batch))
      this.#open.add((this.#begins.shift() as { readonly producerId: bigint }).producerId);
    if ((batch.attributes & control) !== 0) {
      if (batch.records[0]?.key?.readInt16BE(2) === abortMarker) this.#open.delete(batch.producerId);
      return true;
    }
    return (batch.attributes & transactional) !== 0 && this.#open.has(batch.producerId);
  }
}

function messageOf({ key, value, headers }: BatchRecord, offset: bigint, timestamp: bigint): FetchedRecord {
  return { key, value, timestamp: String(timestamp), offset: String(offset), attributes: 0, headers: headersOf(headers) };
}

/** As kafkajs has them: by name, a repeated one as an array, one without a value as `null`. */
function headersOf(entries: BatchRecord['headers']): HeaderValues {
  const headers: Record<string, unknown> = {};
  for (const [name, value] of entries) {
    const key = name?.toString() ?? '';
    if (!Object.hasOwn(headers, key)) set(headers, key, value);
    else {
      const before = headers[key];
      set(headers, key, Array.isArray(before) ? [...(before as unknown[]), value] : [before, value]);
    }
  }
  return headers as HeaderValues;
}

/** A header may have the name of what every object has, as `__proto__`. */
function set(headers: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(headers, key, { value, configurable: true, enumerable: true, writable: true });
  else headers[key] = value;
}
