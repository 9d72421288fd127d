/** A record of the naive model; markers have no value. */
export interface NaiveRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly value: string | undefined;
  /** The transaction that the record belongs to, if any. */
  readonly transaction: NaiveTransaction | undefined;
}

/** A transaction of the naive model. */
export interface NaiveTransaction {
  outcome: 'open' | 'committed' | 'aborted';
}

/** A partition by its definition: one list of records, searched from front to back. */
export class NaiveLog {
  readonly #records: NaiveRecord[] = [];
  readonly #open = new Map<number, NaiveTransaction>();
  start = 0;

  get end(): number {
    return this.#records.length;
  }

  get stable(): number {
    const open = this.#records.find(({ transaction }) => transaction?.outcome === 'open');
    return Math.max(this.start, open?.offset ?? this.end);
  }

  append(timestamps: readonly number[], producerId?: number): void {
    let transaction: NaiveTransaction | undefined;
    if (producerId !== undefined) {
      transaction = this.#open.get(producerId) ?? { outcome: 'open' };
      this.#open.set(producerId, transaction);
    }
    for (const timestamp of timestamps) {
      this.#records.push({ offset: this.end, timestamp, value: `${this.end}`, transaction });
    }
  }

  endTransaction(producerId: number, commit: boolean, timestamp: number): void {
    const transaction = this.#open.get(producerId);
    if (transaction !== undefined) transaction.outcome = commit ? 'committed' : 'aborted';
    this.#open.delete(producerId);
    this.#records.push({ offset: this.end, timestamp, value: undefined, transaction: undefined });
  }

  /** The records that a consumer receives from `offset` on. */
  consumed(offset: number, committedOnly: boolean): string[] {
    return this.#records
      .slice(offset, committedOnly ? this.stable : this.end)
      .filter(({ value, transaction }) => value !== undefined && !(committedOnly && transaction?.outcome === 'aborted'))
      .map(({ value }) => value!);
  }

  since(timestamp: number): number {
    return this.#records.slice(this.start).find((record) => record.timestamp >= timestamp)?.offset ?? -1;
  }

  latest(): number {
    return this.since(Math.max(...this.#records.slice(this.start).map(({ timestamp }) => timestamp)));
  }
}
