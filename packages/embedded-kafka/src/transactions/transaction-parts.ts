/** The end of a transaction as a partition's log writes it down. */
interface TransactionMarker {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly commit: boolean;
  readonly coordinatorEpoch: number;
}

/** The log of a partition, as far as a transaction needs it. */
export interface TransactionalLog {
  appendControl(marker: TransactionMarker): void;
}

/** A consumer group, as far as a transaction needs it. */
export interface TransactionalGroup {
  completeTransaction(producerId: number, commit: boolean): void;
}

/** A partition that a transaction writes to. */
export interface TransactionPartition {
  readonly topic: string;
  readonly partition: number;
}
