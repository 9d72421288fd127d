/** What is known of a leader epoch: the largest one that is not later than the one asked for, and the offset after its last record. */
export interface EpochEnd {
  /** -1 when no such epoch is known. */
  readonly leaderEpoch: number;
  /** -1 when no such epoch is known. */
  readonly endOffset: number;
}

/** Which leader wrote which part of a partition. Source: KIP-101. */
export class LeaderEpochs {
  /** The first one begins at offset 0, always. */
  #entries: { readonly epoch: number; readonly startOffset: number }[] = [{ epoch: 0, startOffset: 0 }];

  get current(): number {
    return this.#entries.at(-1)!.epoch;
  }

  /** Begins the next epoch: what is written from `endOffset` on is the new leader's. */
  bump(endOffset: number): void {
    const next = { epoch: this.current + 1, startOffset: endOffset };
    // An epoch in which nothing was written is forgotten.
    this.#entries = [...this.#entries.filter(({ startOffset }) => startOffset < endOffset), next];
  }

  endOf(epoch: number, logEndOffset: number): EpochEnd {
    if (epoch === this.current) return { leaderEpoch: epoch, endOffset: logEndOffset };
    const later = this.#entries.find((entry) => entry.epoch > epoch);
    if (epoch < 0 || later === undefined) return { leaderEpoch: -1, endOffset: -1 };
    const floor = this.#entries.findLast((entry) => entry.epoch <= epoch);
    return { leaderEpoch: floor?.epoch ?? epoch, endOffset: later.startOffset };
  }

  /** The epoch that the record of `offset` was written in. */
  at(offset: number): number {
    return this.#entries.findLast(({ startOffset }) => startOffset <= offset)!.epoch;
  }
}
