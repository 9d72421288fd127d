import type { Producer, ProducerRecord, RecordMetadata } from 'kafkajs';
import type { ProducerOptions } from '../../telemetry/options.ts';
import type { KafkaTracing } from '../../telemetry/client-telemetry.ts';
import { unpatched } from '../../client/port/delegate.ts';
import type { SendChannel, TracedProducer } from './send-channel.ts';

/** Sends without transactions: the brokers also accept the request of a relay that was suspended for longer than its lease. */
export class PlainChannel implements SendChannel {
  readonly tracing: KafkaTracing<ProducerOptions>;
  readonly #producer: Producer;
  readonly #send: Producer['send'];
  #connected: Promise<void> | undefined;
  #isClosed = false;

  constructor({ producer, tracing }: TracedProducer) {
    this.#producer = producer;
    this.#send = unpatched(producer, 'send', () => tracing.isTraced);
    this.tracing = tracing;
  }

  async transact(work: () => Promise<void>): Promise<void> {
    try {
      await (this.#connected ??= this.#connect());
      await work();
    } finally {
      if (this.#isClosed) await this.#producer.disconnect();
    }
  }

  send(record: ProducerRecord): Promise<RecordMetadata[]> {
    return this.#send(record);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#producer.disconnect();
  }

  async #connect(): Promise<void> {
    try {
      await this.#producer.connect();
    } catch (error) {
      this.#connected = undefined;
      throw error;
    }
  }
}
