import type { Producer, ProducerRecord, RecordMetadata, Transaction } from 'kafkajs';
import { KafkaTracingError } from '../kafka-tracing-error.ts';
import type { ProducerOptions } from '../options.ts';
import type { KafkaTracing } from '../tracing.ts';
import { unpatched } from '../unpatched.ts';
import type { SendChannel, TracedProducer } from './send-channel.ts';

/**
 * Sends each request in a transaction of Kafka's, for one partition and under a transactional id that all relays of the outbox derive
 * alike. A new relay's first request there raises the epoch of that id, and the brokers refuse whatever a relay before it still
 * sends, however long that one's process was stopped.
 *
 * The relay must hold the lease after its epoch was raised: else it is the old one itself, which has fenced the new one. It then sends
 * nothing, and the other, which still holds the lease, raises the epoch again.
 */
export class FencedChannel implements SendChannel {
  readonly #make: () => TracedProducer;
  readonly #confirmLease: () => Promise<boolean>;
  #traced: TracedProducer;
  /** The producer has its epoch, and the lease was held after that. */
  #isReady = false;
  #isClosed = false;

  /**
   * @param make a producer with the transactional id
   * @param confirmLease asks the database whether this relay has held the lease all the time since it read what it sends
   */
  constructor(make: () => TracedProducer, confirmLease: () => Promise<boolean>) {
    this.#make = make;
    this.#confirmLease = confirmLease;
    this.#traced = make();
  }

  get tracing(): KafkaTracing<ProducerOptions> {
    return this.#traced.tracing;
  }

  /** @throws {KafkaTracingError} `fenced`: another relay has the lease; what kafkajs throws, after which all or nothing was committed */
  async send(record: ProducerRecord): Promise<RecordMetadata[]> {
    const { producer } = this.#traced;
    let transaction: Transaction | undefined;
    try {
      if (!this.#isReady) await producer.connect();
      transaction = await unpatched(producer, 'transaction')();
      if (!this.#isReady) await this.#confirm();
      const answers = await transaction.send(record);
      await transaction.commit();
      return answers;
    } catch (error) {
      await this.#replace(producer, transaction);
      throw error;
    } finally {
      if (this.#isClosed) await producer.disconnect();
    }
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
   * counts the records of a failed request as unwritten although the broker may have them, so that the broker would take the
   * next ones for repetitions and drop them.
   */
  async #replace(producer: Producer, transaction: Transaction | undefined): Promise<void> {
    this.#traced = this.#make();
    this.#isReady = false;
    // What the brokers do not hear of here they learn with the next epoch.
    if (transaction?.isActive() === true) await transaction.abort().catch(() => {});
    await producer.disconnect().catch(() => {});
  }
}
