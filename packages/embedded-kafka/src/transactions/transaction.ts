import type { ClockTimer } from '../clock.ts';
import type { ErrorName } from '../error-codes.ts';
import type { ProducerEpochs } from './producer-identity.ts';
import type { TransactionPartition, TransactionalProducer, TransactionDescription, TransactionState } from './transaction-requests.ts';

/** One transactional id: who may use it, and the transaction that is open. */
export class Transaction {
  readonly transactionalId: string;
  readonly epochs: ProducerEpochs;
  /** Milliseconds that a transaction may be open. */
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

  /** Whether `producer` is the newest incarnation. */
  check({ producerId, producerEpoch }: Pick<TransactionalProducer, 'producerId' | 'producerEpoch'>): ErrorName {
    const { current } = this.epochs;
    if (producerId !== current.producerId) return 'INVALID_PRODUCER_ID_MAPPING';
    return producerEpoch === current.producerEpoch ? 'NONE' : 'PRODUCER_FENCED';
  }

  /** Opens a transaction. `timer` ends it when its time is over. */
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

  /** Nothing is open any more; `state` says how it ended, or Empty where a new incarnation begins. */
  finish(state: Exclude<TransactionState, 'Ongoing'>): void {
    this.stopTimer();
    this.#state = state;
    this.#startTimestamp = -1;
    this.#partitions.clear();
    this.#groupIds.clear();
  }

  /** The open transaction ends by its producer only. */
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

/** A slash cannot be part of a topic's name. */
function keyOf({ topic, partition }: TransactionPartition): string {
  return `${topic}/${partition}`;
}
