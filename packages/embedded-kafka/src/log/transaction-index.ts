import { firstAbove } from './binary-search.ts';

/** An open transaction in a partition. */
export interface OpenTransaction {
  readonly producerId: number;
  readonly producerEpoch: number;
  /** The offset of its first record in this partition. */
  readonly firstOffset: number;
}

/** An aborted transaction. A `read_committed` consumer skips its records, from the first one to the marker. */
export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

/** The open and the aborted transactions of a partition. */
export class TransactionIndex {
  /** A map keeps insertion order: the first entry is the oldest transaction. */
  readonly #open = new Map<number, OpenTransaction>();
  readonly #aborted: AbortedTransaction[] = [];
  /** The offsets of the markers of `#aborted`. They ascend, unlike the first offsets. */
  readonly #markers: number[] = [];

  /** A batch of the transaction was appended; the first batch opens it in this partition. */
  wrote(transaction: OpenTransaction): void {
    if (!this.#open.has(transaction.producerId)) this.#open.set(transaction.producerId, transaction);
  }

  /** The marker at `markerOffset` ends the producer's transaction, if it wrote to this partition. */
  end(producerId: number, markerOffset: number, commit: boolean): void {
    const transaction = this.#open.get(producerId);
    if (transaction === undefined) return;
    this.#open.delete(producerId);
    if (commit) return;
    this.#aborted.push({ producerId, firstOffset: transaction.firstOffset });
    this.#markers.push(markerOffset);
  }

  hasOpen(producerId: number): boolean {
    return this.#open.has(producerId);
  }

  open(): OpenTransaction[] {
    return [...this.#open.values()];
  }

  /** The first offset of the oldest open transaction. */
  firstOpenOffset(): number | undefined {
    return this.#open.values().next().value?.firstOffset;
  }

  /** The aborted transactions that have records or their marker between `offset` and `endOffset`. */
  aborted(offset: number, endOffset: number): AbortedTransaction[] {
    return this.#aborted.slice(firstAbove(this.#markers, offset - 1)).filter(({ firstOffset }) => firstOffset < endOffset);
  }

  /** Whether the producer's record at `offset` belongs to an aborted transaction. */
  isAborted(producerId: number, offset: number): boolean {
    return this.aborted(offset, offset + 1).some((transaction) => transaction.producerId === producerId);
  }

  /** Forgets the aborted transactions that ended before `startOffset`. */
  forgetBefore(startOffset: number): void {
    const gone = firstAbove(this.#markers, startOffset - 1);
    this.#aborted.splice(0, gone);
    this.#markers.splice(0, gone);
  }
}
