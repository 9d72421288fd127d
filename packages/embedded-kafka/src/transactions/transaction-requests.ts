import type { ErrorName } from '../core/error-codes.ts';

/** The marker that ends a transaction in a partition's log. */
interface TransactionMarker {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly commit: boolean;
  readonly coordinatorEpoch: number;
}

/** The part of a partition's log that a transaction uses. */
export interface TransactionalLog {
  appendControl(marker: TransactionMarker): void;
}

/** The part of a consumer group that a transaction uses. */
export interface TransactionalGroup {
  completeTransaction(producerId: number, commit: boolean): void;
}

/** A partition in a transaction. */
export interface TransactionPartition {
  readonly topic: string;
  readonly partition: number;
}

/** How a producer identifies itself in each request of its transactions. */
export interface TransactionalProducer {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** An InitProducerId request. */
export interface InitProducerIdRequest {
  /** Null for a producer that is idempotent but not transactional. */
  readonly transactionalId: string | null;
  readonly transactionTimeoutMs: number;
  /** -1 unless a producer requests a new epoch of its own id (KIP-360). */
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** The response to an {@link InitProducerIdRequest}; id and epoch are -1 with an error. */
export interface InitProducerIdResult {
  readonly error: ErrorName;
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** A transactional batch to check before it is appended. */
export interface ProduceCheck {
  /** Null when the request has none. */
  readonly transactionalId: string | null;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly topic: string;
  readonly partition: number;
}

/** The states that a client can see. Markers are written at once, so there are no prepare states. */
export type TransactionState = 'Empty' | 'Ongoing' | 'CompleteCommit' | 'CompleteAbort';

/** A transactional id and its open transaction, if there is one. */
export interface TransactionDescription extends TransactionalProducer {
  readonly state: TransactionState;
  readonly transactionTimeoutMs: number;
  /** Milliseconds since the Unix epoch; -1 when no transaction is open. */
  readonly startTimestamp: number;
  readonly partitions: readonly TransactionPartition[];
  readonly groupIds: readonly string[];
}
