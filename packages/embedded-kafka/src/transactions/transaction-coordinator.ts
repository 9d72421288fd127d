import type { Clock } from '../clock.ts';
import { EmbeddedKafkaError } from '../embedded-kafka-error.ts';
import type { ErrorName } from '../error-codes.ts';
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

/** What a {@link TransactionCoordinator} is made with. */
export interface TransactionCoordinatorOptions {
  readonly clock: Clock;
  /** Gives a producer id that nobody has. */
  readonly allocateProducerId: () => number;
  /** The log of a partition; undefined when there is no such partition. */
  readonly log: (topic: string, partition: number) => TransactionalLog | undefined;
  /** A group by its id; undefined when there is no such group. */
  readonly group: (groupId: string) => TransactionalGroup | undefined;
  /** How often the coordinator of a transactional id changed: markers carry it. */
  readonly coordinatorEpoch: (transactionalId: string) => number;
  /** Longest transaction that a producer may ask for, in milliseconds: `transaction.max.timeout.ms`. @default 900000 */
  readonly transactionMaxTimeoutMs?: number | undefined;
}

/**
 * The transactions of all producers. As all partitions are in this process, the end of a transaction writes its markers
 * before it is answered: there is no state between, so CONCURRENT_TRANSACTIONS never has to be answered.
 * Epochs go as Apache Kafka's do with transaction protocol 1, also those that only fence.
 */
export class TransactionCoordinator {
  readonly #options: TransactionCoordinatorOptions;
  readonly #maxTimeoutMs: number;
  readonly #transactions = new Map<string, Transaction>();

  constructor(options: TransactionCoordinatorOptions) {
    this.#options = options;
    this.#maxTimeoutMs = options.transactionMaxTimeoutMs ?? 900_000;
  }

  /** Gives a producer its id and epoch; aborts what the incarnation before left open, which is fenced from then on. */
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
   * Makes partitions part of the producer's transaction, which opens with the first.
   * Answers for each, in the order given: when one of them does not exist, none is added.
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

  /** Makes the offsets of a group part of the producer's transaction, which opens when it is not. */
  addOffsets(request: TransactionalProducer & { readonly groupId: string }): ErrorName {
    return this.#use(request, (transaction) => transaction.addGroup(request.groupId));
  }

  /** Whether a transactional batch may be written: its producer has to be the newest and the partition to be added. */
  checkProduce(check: ProduceCheck): ErrorName {
    if (check.transactionalId === null) return 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED';
    const { transactionalId, producerId, producerEpoch } = check;
    return this.#checkWrite({ transactionalId, producerId, producerEpoch }, (transaction) => transaction.hasPartition(check));
  }

  /** Whether offsets of a group may be committed in the producer's transaction: the group has to be added. */
  checkOffsetCommit(check: TransactionalProducer & { readonly groupId: string }): ErrorName {
    return this.#checkWrite(check, (transaction) => transaction.hasGroup(check.groupId));
  }

  /** Commits or aborts. Asked again after the end it answers alike, and INVALID_TXN_STATE for the other end. */
  endTransaction(request: TransactionalProducer & { readonly commit: boolean }): ErrorName {
    const found = this.#find(request);
    if (typeof found === 'string') return found;
    if (found.state === 'Ongoing') this.#finish(found, request.commit);
    return found.state === (request.commit ? 'CompleteCommit' : 'CompleteAbort') ? 'NONE' : 'INVALID_TXN_STATE';
  }

  /**
   * Aborts the open transaction as the end of its time would: its producer is fenced.
   *
   * @throws {EmbeddedKafkaError} `not_found` when no transaction of that id is open
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

  /** In the order in which the ids were first used. */
  list(): TransactionDescription[] {
    return Array.from(this.#transactions.values(), (transaction) => transaction.describe());
  }

  /** Takes all timers back. What is open stays as it is. */
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

  /** The transaction of the newest incarnation, or why the request is not from it. */
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
    // Who writes learns it by the name that a partition's own check of epochs uses.
    if (error !== 'NONE') return error === 'PRODUCER_FENCED' ? 'INVALID_PRODUCER_EPOCH' : error;
    return isAdded(transaction) ? 'NONE' : 'INVALID_TXN_STATE';
  }

  #open(transaction: Transaction): void {
    const { clock } = this.#options;
    const timer = clock.setTimeout(() => this.#fence(transaction), transaction.timeoutMs);
    transaction.open(clock.now(), timer);
  }

  /** Aborts under an epoch that nobody has: whoever had the transaction is told by each partition and by each request. */
  #fence(transaction: Transaction): void {
    transaction.epochs.fence();
    this.#finish(transaction, false);
  }

  #finish(transaction: Transaction, commit: boolean): void {
    const { transactionalId, producerId, producerEpoch, partitions, groupIds } = transaction.describe();
    const coordinatorEpoch = this.#options.coordinatorEpoch(transactionalId);
    // First of all the state: who reads the markers may ask for it.
    transaction.finish(commit ? 'CompleteCommit' : 'CompleteAbort');
    for (const { topic, partition } of partitions) {
      this.#options.log(topic, partition)?.appendControl({ producerId, producerEpoch, commit, coordinatorEpoch });
    }
    for (const groupId of groupIds) this.#options.group(groupId)?.completeTransaction(producerId, commit);
  }
}
