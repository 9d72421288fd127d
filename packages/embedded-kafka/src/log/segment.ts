import { batchLayout, readInt64, type BatchStamp, stampBatch } from '../records/batch-header.ts';
import { firstAbove } from './binary-search.ts';

/** What retention needs to know about the oldest batch. */
export interface FirstBatch {
  readonly sizeInBytes: number;
  readonly lastOffset: number;
  /** Milliseconds since the Unix epoch. */
  readonly maxTimestamp: number;
}

/** Batches that are contiguous in memory, so that a range of them is read as one view. */
export class Segment {
  readonly #bytes: Buffer;
  /** Of each batch: its base offset, the end of its bytes in `#bytes`, and its largest timestamp. */
  readonly #baseOffsets: number[] = [];
  readonly #ends: number[] = [];
  readonly #maxTimestamps: number[] = [];
  /** The batches before this index were dropped; their bytes stay until the segment is dropped. */
  #first = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  get capacity(): number {
    return this.#bytes.length;
  }

  get isEmpty(): boolean {
    return this.#first === this.#ends.length;
  }

  get baseOffset(): number {
    return this.#baseOffsets[this.#first]!;
  }

  hasRoomFor(batch: Buffer): boolean {
    return this.#end() + batch.length <= this.#bytes.length;
  }

  /** Appends a copy of `batch`, and stamps the copy unless the batch has its offset and epoch already. */
  append(batch: Buffer, stamp?: BatchStamp): void {
    const start = this.#end();
    const end = start + batch.length;
    const copy = this.#bytes.subarray(start, end);
    copy.set(batch);
    if (stamp !== undefined) stampBatch(copy, stamp);
    this.#baseOffsets.push(readInt64(copy, batchLayout.baseOffset));
    this.#ends.push(end);
    this.#maxTimestamps.push(readInt64(copy, batchLayout.maxTimestamp));
  }

  /** The index of the first batch that has a record at `offset` or later. */
  indexOf(offset: number): number {
    const index = Math.max(this.#first, firstAbove(this.#baseOffsets, offset) - 1);
    // Compaction leaves gaps: the offset may lie after the last record of the batch before it.
    return offset > this.lastOffset(index) ? index + 1 : index;
  }

  /** The number of batches from `index` on that start before `endOffset`. */
  countBefore(index: number, endOffset: number): number {
    return Math.max(0, firstAbove(this.#baseOffsets, endOffset - 1) - index);
  }

  /** The number of batches from `index` on that fit into `maxBytes`. */
  countWithin(index: number, maxBytes: number): number {
    return Math.max(0, firstAbove(this.#ends, this.#start(index) + maxBytes) - index);
  }

  /** Whether `count` batches from `index` on reach the end of the segment. */
  endsAfter(index: number, count: number): boolean {
    return index + count === this.#ends.length;
  }

  /** A view of `count` batches. */
  view(index: number, count: number): Buffer {
    return this.#bytes.subarray(this.#start(index), this.#start(index + count));
  }

  /** The offset of the last record that the batch had when it was produced. */
  lastOffset(index: number): number {
    return this.#baseOffsets[index]! + this.#bytes.readInt32BE(this.#start(index) + batchLayout.lastOffsetDelta);
  }

  /** The largest timestamp of the batches that start at `offset` or later; -1 when there are none. */
  maxTimestamp(offset: number): number {
    let max = -1;
    for (let i = this.#first; i < this.#ends.length; i++) {
      if (this.#baseOffsets[i]! >= offset) max = Math.max(max, this.#maxTimestamps[i]!);
    }
    return max;
  }

  first(): FirstBatch {
    const index = this.#first;
    return {
      sizeInBytes: this.#start(index + 1) - this.#start(index),
      lastOffset: this.lastOffset(index),
      maxTimestamp: this.#maxTimestamps[index]!,
    };
  }

  dropFirst(): void {
    this.#first += 1;
  }

  *batchesSince(timestamp: number): Generator<Buffer> {
    for (let i = this.#first; i < this.#ends.length; i++) {
      if (this.#maxTimestamps[i]! >= timestamp) yield this.view(i, 1);
    }
  }

  *batches(): Generator<Buffer> {
    for (let i = this.#first; i < this.#ends.length; i++) yield this.view(i, 1);
  }

  #start(index: number): number {
    return index === 0 ? 0 : this.#ends[index - 1]!;
  }

  #end(): number {
    return this.#start(this.#ends.length);
  }
}
