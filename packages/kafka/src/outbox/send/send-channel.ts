import { SharedWork } from '../../core/shared-work.ts';
import type { OutgoingRecords, ProducerPort } from '../../client/port/engine-clients.ts';
import type { RecordMetadataLike } from '../../client/kafka-client.ts';
import { ClientIdentity } from '../../telemetry/client-identity.ts';
import type { ProducerOptions } from '../../telemetry/options.ts';
import { KafkaTracing } from '../../telemetry/client-telemetry.ts';
import { unpatched } from '../../client/port/delegate.ts';

/** A producer and the telemetry of its sends. */
export interface TracedProducer<P> {
  readonly producer: P;
  readonly tracing: KafkaTracing<ProducerOptions>;
}

/** The path of a relay's requests to the brokers. */
export interface SendChannel {
  /** The telemetry of sends by the current producer. */
  readonly tracing: KafkaTracing<ProducerOptions>;
  /**
   * Runs `work`, whose sends count when this resolves.
   *
   * @throws what `work` rejects with; `fenced`; what the client throws. Some of the sends may count all the same
   */
  transact(work: () => Promise<void>): Promise<void>;
  /** Only for `work`. Resolves when all in-sync replicas have the records. @throws what the client throws */
  send(records: OutgoingRecords): Promise<readonly RecordMetadataLike[]>;
  /** Disconnects, also after a request that is in flight: a client may connect again for its retry. */
  close(): Promise<void>;
}

export function traced<P extends object>(producer: P, tracing: ProducerOptions): TracedProducer<P> {
  return { producer, tracing: new KafkaTracing<ProducerOptions>(tracing, new ClientIdentity(producer, tracing)) };
}

/** Sends without transactions: the brokers also accept the request of a relay that was suspended for longer than its lease. */
export class PlainChannel implements SendChannel {
  readonly tracing: KafkaTracing<ProducerOptions>;
  readonly #producer: ProducerPort;
  readonly #send: ProducerPort['send'];
  readonly #connected = new SharedWork(() => this.#producer.connect());
  #isClosed = false;

  constructor({ producer, tracing }: TracedProducer<ProducerPort>) {
    this.#producer = producer;
    this.#send = unpatched(producer, 'send', () => tracing.isTraced);
    this.tracing = tracing;
  }

  async transact(work: () => Promise<void>): Promise<void> {
    try {
      await this.#connected.get();
      await work();
    } finally {
      if (this.#isClosed) await this.#producer.disconnect();
    }
  }

  send(records: OutgoingRecords): Promise<readonly RecordMetadataLike[]> {
    return this.#send(records);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#producer.disconnect();
  }
}
