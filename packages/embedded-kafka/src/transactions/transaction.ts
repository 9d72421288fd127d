import type { ClockTimer } from '../core/clock.ts';
import type { ErrorName } from '../core/error-codes.ts';
import type { ProducerEpochs } from './producer-identity.ts';
import type { TransactionPartition, TransactionalProducer, TransactionDescription, TransactionState } from './transaction-requests.ts';

/** One transactional id: its producer, and its open transaction. */
export class Transaction {
  readonly transactionalId: string;
  readonly epochs: ProducerEpochs;
  /** The transaction timeout, in milliseconds. */
  timeoutMs: number;
  #state: TransactionState = 'Empty';
  #startTimestamp = -1;
  #timer: ClockTimer | undefined;
  readonly #partitions = new Map<string, TransactionPartition>();
  readonly #groupIds = new Set<string>();

  constructor(transactionalId: string, epochs: ProducerEpochs, timeoutMs: number) {
    this.transactionalId = transactionalId;
    this.epochs = epochs;
    this.timeoutMs = timeoutMs;
  }

  get state(): TransactionState {
    return this.#state;
  }

  /** NONE when `producer` is the newest incarnation. */
  check({ producerId, producerEpoch }: Pick<TransactionalProducer, 'producerId' | 'producerEpoch'>): ErrorName {
    const { current } = this.epochs;
    if (producerId !== current.producerId) return 'INVALID_PRODUCER_ID_MAPPING';
    return producerEpoch === current.producerEpoch ? 'NONE' : 'PRODUCER_FENCED';
  }

  /** Opens a transaction. `timer` ends it after its timeout. */
  open(startTimestamp: number, timer: ClockTimer): void {
    this.#state = 'Ongoing';
    this.#startTimestamp = startTimestamp;
    this.#timer = timer;
  }

  addPartition(partition: TransactionPartition): void {
    this.#partitions.set(keyOf(partition), { topic: partition.topic, partition: partition.partition });
  }

  hasPartition(partition: TransactionPartition): boolean {
    return this.#partitions.has(keyOf(partition));
  }

  addGroup(groupId: string): void {
    this.#groupIds.add(groupId);
  }

  hasGroup(groupId: string): boolean {
    return this.#groupIds.has(groupId);
  }

  /** Ends the open transaction; `state` is its result, or Empty for a new incarnation. */
  finish(state: Exclude<TransactionState, 'Ongoing'>): void {
    this.stopTimer();
    this.#state = state;
    this.#startTimestamp = -1;
    this.#partitions.clear();
    this.#groupIds.clear();
  }

  /** Cancels the timeout: only its producer ends the open transaction. */
  stopTimer(): void {
    this.#timer?.cancel();
  }

  describe(): TransactionDescription {
    return {
      transactionalId: this.transactionalId,
      ...this.epochs.current,
      state: this.#state,
      transactionTimeoutMs: this.timeoutMs,
      startTimestamp: this.#startTimestamp,
      partitions: [...this.#partitions.values()],
      groupIds: [...this.#groupIds],
    };
  }
}

/** A topic name cannot contain a slash. */
function keyOf({ topic, partition }: TransactionPartition): string {
  return `${topic}/${partition}`;
}
