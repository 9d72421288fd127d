import type { OutgoingRecords, TransactionalProducerPort, TransactionPort } from '../../client/port/engine-clients.ts';
import type { RecordMetadataLike } from '../../client/kafka-client.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';
import type { ProducerOptions } from '../../telemetry/options.ts';
import type { KafkaTracing } from '../../telemetry/client-telemetry.ts';
import { unpatched } from '../../client/port/delegate.ts';
import type { SendChannel, TracedProducer } from './send-channel.ts';

/**
 * Sends in Kafka transactions, to one partition and with a transactional id that all relays of the outbox derive
 * alike. A new relay's first request there raises the epoch of that id, and the brokers reject what an earlier relay still
 * sends, however long its process was suspended.
 *
 * The relay must hold the lease after its epoch was raised: otherwise it is the old relay, which has fenced the new one. It then sends
 * nothing, and the other, which still holds the lease, raises the epoch again.
 */
export class FencedChannel implements SendChannel {
  readonly #make: () => TracedProducer<TransactionalProducerPort>;
  readonly #confirmLease: () => Promise<boolean>;
  #traced: TracedProducer<TransactionalProducerPort>;
  /** The producer has its epoch, and the lease was held after it got that. */
  #isReady = false;
  #transaction: TransactionPort | undefined;
  /** Whether the transaction can be aborted: its end was not asked for. */
  #isOpen = false;
  #isClosed = false;

  /**
   * @param make makes a producer with the transactional id
   * @param confirmLease asks the database whether this relay has held the lease without interruption since it read what it sends
   */
  constructor(make: () => TracedProducer<TransactionalProducerPort>, confirmLease: () => Promise<boolean>) {
    this.#make = make;
    this.#confirmLease = confirmLease;
    this.#traced = make();
  }

  get tracing(): KafkaTracing<ProducerOptions> {
    return this.#traced.tracing;
  }

  async transact(work: () => Promise<void>): Promise<void> {
    const { producer, tracing } = this.#traced;
    try {
      if (!this.#isReady) await producer.connect();
      this.#transaction = await unpatched(producer, 'transaction', () => tracing.isTraced)();
      this.#isOpen = true;
      if (!this.#isReady) await this.#confirm();
      await work();
      this.#isOpen = false;
      await this.#transaction.commit();
    } catch (error) {
      await this.#replace();
      throw error;
    } finally {
      this.#transaction = undefined;
      if (this.#isClosed) await producer.disconnect();
    }
  }

  send(records: OutgoingRecords): Promise<readonly RecordMetadataLike[]> {
    return (this.#transaction as TransactionPort).send(records);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#traced.producer.disconnect();
  }

  async #confirm(): Promise<void> {
    if (!(await this.#confirmLease()))
      throw new KafkaTracingError('fenced', 'Another relay has taken the lease of the outbox: this one sends nothing more.');
    this.#isReady = true;
  }

  /**
   * After a failure there is a new producer, with a new epoch: kafkajs refuses all further transactions after an end that failed, and it
   * counts the records of a failed request as unwritten although the broker may have them, so that the broker would drop the
   * next ones as duplicates.
   */
  async #replace(): Promise<void> {
    const { producer } = this.#traced;
    const open = this.#isOpen ? this.#transaction : undefined;
    this.#traced = this.#make();
    this.#isReady = false;
    this.#isOpen = false;
    // An error here reaches the brokers with the next epoch.
    await open?.abort().catch(() => {});
    await producer.disconnect().catch(() => {});
  }
}
