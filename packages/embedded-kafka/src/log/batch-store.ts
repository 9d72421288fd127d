import type { BatchStamp } from '../records/batch-header.ts';
import { type FirstBatch, Segment } from './segment.ts';

const SMALLEST_SEGMENT = 16 * 1024;
const LARGEST_SEGMENT = 1024 * 1024;

/** Whole batches, as views of the log's memory, which never changes. */
export interface StoredBatches {
  readonly views: readonly Buffer[];
  readonly bytes: number;
  /** The offset after the last record of these batches. */
  readonly endOffset: number;
}

/** The batches of a partition, in the order of their offsets. */
export class BatchStore {
  readonly #segments: Segment[] = [];
  #sizeInBytes = 0;

  get sizeInBytes(): number {
    return this.#sizeInBytes;
  }

  /** Appends a copy of `batch`, and stamps the copy unless the batch has its offset and epoch already. */
  append(batch: Buffer, stamp?: BatchStamp): void {
    let segment = this.#segments.at(-1);
    if (segment === undefined || !segment.hasRoomFor(batch)) {
      // Most partitions stay small; those that grow get larger segments.
      const capacity = segment === undefined ? SMALLEST_SEGMENT : Math.min(2 * segment.capacity, LARGEST_SEGMENT);
      segment = new Segment(Math.max(capacity, batch.length));
      this.#segments.push(segment);
    }
    segment.append(batch, stamp);
    this.#sizeInBytes += batch.length;
  }

  /**
   * Reads whole batches that start before `endOffset`, from the one that contains `offset` or follows it, as many as
   * fit into `maxBytes`. With `minOne`, the first batch is returned even when it does not fit.
   */
  read(offset: number, endOffset: number, maxBytes: number, minOne: boolean): StoredBatches {
    const views: Buffer[] = [];
    // After DeleteRecords, the last stable offset can lie within the batch of an open transaction.
    if (offset >= endOffset) return { views, bytes: 0, endOffset: offset };
    let bytes = 0;
    let readTo = offset;
    for (const segment of this.#segmentsFrom(offset)) {
      const index = segment.indexOf(offset);
      let count = Math.min(segment.countBefore(index, endOffset), segment.countWithin(index, maxBytes - bytes));
      if (count === 0 && minOne && bytes === 0) count = Math.min(1, segment.countBefore(index, endOffset));
      if (count > 0) {
        const view = segment.view(index, count);
        views.push(view);
        bytes += view.length;
        readTo = segment.lastOffset(index + count - 1) + 1;
      }
      if (!segment.endsAfter(index, count)) break;
    }
    return { views, bytes, endOffset: readTo };
  }

  /** The batches whose largest timestamp is at least `timestamp`. */
  *batchesSince(timestamp: number): Generator<Buffer> {
    for (const segment of this.#segments) yield* segment.batchesSince(timestamp);
  }

  /** The largest timestamp of the batches that start at `offset` or later; -1 when there are none. */
  maxTimestamp(offset: number): number {
    return this.#segments.reduce((max, segment) => Math.max(max, segment.maxTimestamp(offset)), -1);
  }

  /** Yields the current first batch each time, for a caller that drops batches until one must stay. */
  *fromFirst(): Generator<FirstBatch> {
    for (let [first] = this.#segments; first !== undefined; [first] = this.#segments) yield first.first();
  }

  dropFirst(): void {
    const [segment] = this.#segments;
    if (segment === undefined) return;
    this.#sizeInBytes -= segment.first().sizeInBytes;
    segment.dropFirst();
    if (segment.isEmpty) this.#segments.shift();
  }

  *batches(): Generator<Buffer> {
    for (const segment of this.#segments) yield* segment.batches();
  }

  *#segmentsFrom(offset: number): Generator<Segment> {
    // Searched from the end, where most readers are.
    const first = this.#segments.findLastIndex(({ baseOffset }) => baseOffset <= offset);
    for (let i = Math.max(0, first); i < this.#segments.length; i++) yield this.#segments[i]!;
  }
}
