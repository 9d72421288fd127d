import type { ErrorName } from '../error-codes.ts';

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

/** How a producer names itself in each request of its transactions. */
export interface TransactionalProducer {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** InitProducerId. */
export interface InitProducerIdRequest {
  /** Null for a producer that is idempotent only. */
  readonly transactionalId: string | null;
  readonly transactionTimeoutMs: number;
  /** -1 unless a producer asks for a new epoch of its own id (KIP-360). */
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** The answer to an {@link InitProducerIdRequest}: both -1 with an error. */
export interface InitProducerIdResult {
  readonly error: ErrorName;
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** A transactional batch that is about to be written. */
export interface ProduceCheck {
  /** Null where the request named none. */
  readonly transactionalId: string | null;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly topic: string;
  readonly partition: number;
}

/** The states of a transaction that a client can see. As all is written at once, none of them prepares. */
export type TransactionState = 'Empty' | 'Ongoing' | 'CompleteCommit' | 'CompleteAbort';

/** A transactional id, and the transaction of it that is open, if one is. */
export interface TransactionDescription extends TransactionalProducer {
  readonly state: TransactionState;
  readonly transactionTimeoutMs: number;
  /** Milliseconds since the Unix epoch; -1 when none is open. */
  readonly startTimestamp: number;
  readonly partitions: readonly TransactionPartition[];
  readonly groupIds: readonly string[];
}
