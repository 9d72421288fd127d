import { firstAbove } from './binary-search.ts';

/** A transaction that is open in a partition. */
export interface OpenTransaction {
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Where its first record in this partition is. */
  readonly firstOffset: number;
}

/** A transaction whose records a reader of committed ones passes over, from its first record to its marker. */
export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

/** The transactions of a partition: those that are open, and those that were aborted. */
export class TransactionIndex {
  /** In the order in which they began, as a map keeps it: the first entry is the oldest. */
  readonly #open = new Map<number, OpenTransaction>();
  readonly #aborted: AbortedTransaction[] = [];
  /** The offsets of the markers of `#aborted`: they ascend, first offsets may not. */
  readonly #markers: number[] = [];

  /** A transaction's batch was written: the first one begins it. */
  wrote(transaction: OpenTransaction): void {
    if (!this.#open.has(transaction.producerId)) this.#open.set(transaction.producerId, transaction);
  }

  /** The marker at `markerOffset` ends the producer's transaction, if it wrote here at all. */
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

  /** Whether the producer's record at `offset` is one of an aborted transaction. */
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
