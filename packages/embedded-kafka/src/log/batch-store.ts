import type { BatchStamp } from '../records/stamp-batch.ts';
import { type FirstBatch, Segment } from './segment.ts';

const SMALLEST_SEGMENT = 16 * 1024;
const LARGEST_SEGMENT = 1024 * 1024;

/** What was read: whole batches, in views of the log's own memory that never change. */
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

  /** Copies `batch` behind the others, and writes the broker's part into the copy unless it has it already. */
  append(batch: Buffer, stamp?: BatchStamp): void {
    let segment = this.#segments.at(-1);
    if (segment === undefined || !segment.hasRoomFor(batch)) {
      // Small for the many partitions that stay small, larger for those that grow.
      const capacity = segment === undefined ? SMALLEST_SEGMENT : Math.min(2 * segment.capacity, LARGEST_SEGMENT);
      segment = new Segment(Math.max(capacity, batch.length));
      this.#segments.push(segment);
    }
    segment.append(batch, stamp);
    this.#sizeInBytes += batch.length;
  }

  /**
   * Reads whole batches that begin before `endOffset`, from the one with the record of `offset` or the next that is
   * there, as many as fit into `maxBytes`; with `minOne` the first also when it does not fit.
   */
  read(offset: number, endOffset: number, maxBytes: number, minOne: boolean): StoredBatches {
    const views: Buffer[] = [];
    // The end can lie within a batch: where the start was moved into an open transaction's one.
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

  /** The batches that hold a timestamp of `timestamp` or later. */
  *batchesSince(timestamp: number): Generator<Buffer> {
    for (const segment of this.#segments) yield* segment.batchesSince(timestamp);
  }

  /** The largest timestamp of the batches that begin at `offset` or later; -1 when there are none. */
  maxTimestamp(offset: number): number {
    return this.#segments.reduce((max, segment) => Math.max(max, segment.maxTimestamp(offset)), -1);
  }

  /** The first batch, again and again: for who drops it until one is to stay. */
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
    // From behind: most readers are near the end.
    const first = this.#segments.findLastIndex(({ baseOffset }) => baseOffset <= offset);
    for (let i = Math.max(0, first); i < this.#segments.length; i++) yield this.#segments[i]!;
  }
}
