/**
 * The end of a leader epoch: the largest epoch that is not greater than the requested one, and the offset after its
 * last record.
 */
export interface EpochEnd {
  /** -1 when there is no such epoch. */
  readonly leaderEpoch: number;
  /** -1 when there is no such epoch. */
  readonly endOffset: number;
}

/** The leader epochs of a partition and their start offsets. Source: KIP-101. */
export class LeaderEpochs {
  /** The first epoch always starts at offset 0. */
  #entries: { readonly epoch: number; readonly startOffset: number }[] = [{ epoch: 0, startOffset: 0 }];

  get current(): number {
    return this.#entries.at(-1)!.epoch;
  }

  /** Starts the next epoch at `endOffset`. */
  bump(endOffset: number): void {
    const next = { epoch: this.current + 1, startOffset: endOffset };
    // An epoch without records is discarded.
    this.#entries = [...this.#entries.filter(({ startOffset }) => startOffset < endOffset), next];
  }

  endOf(epoch: number, logEndOffset: number): EpochEnd {
    if (epoch === this.current) return { leaderEpoch: epoch, endOffset: logEndOffset };
    const later = this.#entries.find((entry) => entry.epoch > epoch);
    if (epoch < 0 || later === undefined) return { leaderEpoch: -1, endOffset: -1 };
    const floor = this.#entries.findLast((entry) => entry.epoch <= epoch);
    return { leaderEpoch: floor?.epoch ?? epoch, endOffset: later.startOffset };
  }

  /** The leader epoch of the record at `offset`. */
  at(offset: number): number {
    return this.#entries.findLast(({ startOffset }) => startOffset <= offset)!.epoch;
  }
}
