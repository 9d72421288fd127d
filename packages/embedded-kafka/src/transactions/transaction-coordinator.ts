import type { Clock } from '../core/clock.ts';
import { EmbeddedKafkaError } from '../core/embedded-kafka-error.ts';
import type { ErrorName } from '../core/error-codes.ts';
import { noProducer, ProducerEpochs } from './producer-identity.ts';
import type {
  TransactionalGroup,
  TransactionalLog,
  TransactionPartition,
  InitProducerIdRequest,
  InitProducerIdResult,
  ProduceCheck,
  TransactionalProducer,
  TransactionDescription,
} from './transaction-requests.ts';
import { Transaction } from './transaction.ts';

/** Options of a {@link TransactionCoordinator}. */
export interface TransactionCoordinatorOptions {
  readonly clock: Clock;
  /** Returns a new producer id. */
  readonly allocateProducerId: () => number;
  /** The log of a partition; undefined when the partition does not exist. */
  readonly log: (topic: string, partition: number) => TransactionalLog | undefined;
  /** A group by its id; undefined when the group does not exist. */
  readonly group: (groupId: string) => TransactionalGroup | undefined;
  /** The coordinator epoch of a transactional id, which transaction markers carry. */
  readonly coordinatorEpoch: (transactionalId: string) => number;
  /**
   * Longest transaction timeout that a producer may request, in milliseconds: `transaction.max.timeout.ms`. @default
   * 900000
   */
  readonly transactionMaxTimeoutMs?: number | undefined;
}

/**
 * The transactions of all producers. All partitions are in this process, so the end of a transaction writes its markers
 * before it is answered: there is no prepared state, and CONCURRENT_TRANSACTIONS is never returned.
 * Epochs advance as in Apache Kafka's transaction protocol 1, including those that only fence.
 */
export class TransactionCoordinator {
  readonly #options: TransactionCoordinatorOptions;
  readonly #maxTimeoutMs: number;
  readonly #transactions = new Map<string, Transaction>();

  constructor(options: TransactionCoordinatorOptions) {
    this.#options = options;
    this.#maxTimeoutMs = options.transactionMaxTimeoutMs ?? 900_000;
  }

  /** Returns a producer id and epoch. Aborts the open transaction of the previous incarnation, which is fenced. */
  initProducerId(request: InitProducerIdRequest): InitProducerIdResult {
    const { transactionalId, transactionTimeoutMs, producerId, producerEpoch } = request;
    if ((producerId === -1) !== (producerEpoch === -1)) return { ...noProducer, error: 'INVALID_REQUEST' };
    if (transactionalId === null) return { error: 'NONE', producerId: this.#options.allocateProducerId(), producerEpoch: 0 };
    if (transactionalId === '') return { ...noProducer, error: 'INVALID_REQUEST' };
    if (!(transactionTimeoutMs > 0 && transactionTimeoutMs <= this.#maxTimeoutMs)) {
      return { ...noProducer, error: 'INVALID_TRANSACTION_TIMEOUT' };
    }
    const transaction = this.#getOrCreate(transactionalId, transactionTimeoutMs);
    const isOpen = transaction.state === 'Ongoing';
    if (!isOpen && transaction.epochs.isRepeated(request)) return { ...transaction.epochs.current, error: 'NONE' };
    if (!transaction.epochs.mayAdvance(request)) return { ...noProducer, error: 'PRODUCER_FENCED' };
    if (isOpen) this.#fence(transaction);
    transaction.timeoutMs = transactionTimeoutMs;
    transaction.finish('Empty');
    return { ...transaction.epochs.advance({ producerId, producerEpoch }), error: 'NONE' };
  }

  /**
   * Adds partitions to the producer's transaction, and opens it with the first.
   * Returns an error for each, in the order given: when one of them does not exist, none is added.
   */
  addPartitions(request: TransactionalProducer & { readonly partitions: readonly TransactionPartition[] }): ErrorName[] {
    const { partitions } = request;
    const isKnown = partitions.map(({ topic, partition }) => this.#options.log(topic, partition) !== undefined);
    if (isKnown.includes(false)) {
      return isKnown.map((known) => (known ? 'OPERATION_NOT_ATTEMPTED' : 'UNKNOWN_TOPIC_OR_PARTITION'));
    }
    const error = this.#use(request, (transaction) => {
      for (const partition of partitions) transaction.addPartition(partition);
    });
    return partitions.map(() => error);
  }

  /** Adds a group to the producer's transaction, and opens it if necessary. */
  addOffsets(request: TransactionalProducer & { readonly groupId: string }): ErrorName {
    return this.#use(request, (transaction) => transaction.addGroup(request.groupId));
  }

  /**
   * NONE when a transactional batch may be appended: its producer is the newest incarnation, and the partition was
   * added.
   */
  checkProduce(check: ProduceCheck): ErrorName {
    if (check.transactionalId === null) return 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED';
    const { transactionalId, producerId, producerEpoch } = check;
    return this.#checkWrite({ transactionalId, producerId, producerEpoch }, (transaction) => transaction.hasPartition(check));
  }

  /** NONE when the producer's transaction may commit offsets of the group: the group was added. */
  checkOffsetCommit(check: TransactionalProducer & { readonly groupId: string }): ErrorName {
    return this.#checkWrite(check, (transaction) => transaction.hasGroup(check.groupId));
  }

  /** Commits or aborts. Repeated, it returns NONE again; INVALID_TXN_STATE when the transaction ended the other way. */
  endTransaction(request: TransactionalProducer & { readonly commit: boolean }): ErrorName {
    const found = this.#find(request);
    if (typeof found === 'string') return found;
    if (found.state === 'Ongoing') this.#finish(found, request.commit);
    return found.state === (request.commit ? 'CompleteCommit' : 'CompleteAbort') ? 'NONE' : 'INVALID_TXN_STATE';
  }

  /**
   * Aborts the open transaction as its timeout would: its producer is fenced.
   *
   * @throws {EmbeddedKafkaError} `not_found` when the transactional id has no open transaction
   */
  expire(transactionalId: string): void {
    const transaction = this.#transactions.get(transactionalId);
    if (transaction?.state !== 'Ongoing') {
      throw new EmbeddedKafkaError('not_found', `No transaction of ${transactionalId} is open`);
    }
    this.#fence(transaction);
  }

  describe(transactionalId: string): TransactionDescription | undefined {
    return this.#transactions.get(transactionalId)?.describe();
  }

  /** The transactional ids in the order of their first use. */
  list(): TransactionDescription[] {
    return Array.from(this.#transactions.values(), (transaction) => transaction.describe());
  }

  /** Cancels all timers. Open transactions stay open. */
  close(): void {
    for (const transaction of this.#transactions.values()) transaction.stopTimer();
  }

  #getOrCreate(transactionalId: string, timeoutMs: number): Transaction {
    let transaction = this.#transactions.get(transactionalId);
    if (transaction === undefined) {
      transaction = new Transaction(transactionalId, new ProducerEpochs(this.#options.allocateProducerId), timeoutMs);
      this.#transactions.set(transactionalId, transaction);
    }
    return transaction;
  }

  /** The transaction, when the request is from the newest incarnation; otherwise the error. */
  #find(producer: TransactionalProducer): Transaction | ErrorName {
    if (producer.transactionalId === '') return 'INVALID_REQUEST';
    const transaction = this.#transactions.get(producer.transactionalId);
    if (transaction === undefined) return 'INVALID_PRODUCER_ID_MAPPING';
    const error = transaction.check(producer);
    return error === 'NONE' ? transaction : error;
  }

  #use(producer: TransactionalProducer, add: (transaction: Transaction) => void): ErrorName {
    const found = this.#find(producer);
    if (typeof found === 'string') return found;
    if (found.state !== 'Ongoing') this.#open(found);
    add(found);
    return 'NONE';
  }

  #checkWrite(check: TransactionalProducer, isAdded: (transaction: Transaction) => boolean): ErrorName {
    const transaction = this.#transactions.get(check.transactionalId);
    if (transaction === undefined) return 'INVALID_PRODUCER_ID_MAPPING';
    const error = transaction.check(check);
    // Writes return the error name that a partition's own epoch check uses.
    if (error !== 'NONE') return error === 'PRODUCER_FENCED' ? 'INVALID_PRODUCER_EPOCH' : error;
    return isAdded(transaction) ? 'NONE' : 'INVALID_TXN_STATE';
  }

  #open(transaction: Transaction): void {
    const { clock } = this.#options;
    const timer = clock.setTimeout(() => this.#fence(transaction), transaction.timeoutMs);
    transaction.open(clock.now(), timer);
  }

  /** Aborts with a new epoch that no producer has: partitions and coordinator reject the old producer from then on. */
  #fence(transaction: Transaction): void {
    transaction.epochs.fence();
    this.#finish(transaction, false);
  }

  #finish(transaction: Transaction, commit: boolean): void {
    const { transactionalId, producerId, producerEpoch, partitions, groupIds } = transaction.describe();
    const coordinatorEpoch = this.#options.coordinatorEpoch(transactionalId);
    // The state changes first, as listeners of the markers may read it.
    transaction.finish(commit ? 'CompleteCommit' : 'CompleteAbort');
    for (const { topic, partition } of partitions) {
      this.#options.log(topic, partition)?.appendControl({ producerId, producerEpoch, commit, coordinatorEpoch });
    }
    for (const groupId of groupIds) this.#options.group(groupId)?.completeTransaction(producerId, commit);
  }
}
