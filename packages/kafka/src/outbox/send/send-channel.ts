import type { Producer, ProducerRecord, RecordMetadata } from 'kafkajs';
import { ClientIdentity } from '../../telemetry/client-identity.ts';
import type { ProducerOptions } from '../../telemetry/options.ts';
import { KafkaTracing } from '../../telemetry/client-telemetry.ts';

/** A producer and the telemetry of its sends. */
export interface TracedProducer {
  readonly producer: Producer;
  readonly tracing: KafkaTracing<ProducerOptions>;
}

/** The path of a relay's requests to the brokers. */
export interface SendChannel {
  /** The telemetry of sends by the current producer. */
  readonly tracing: KafkaTracing<ProducerOptions>;
  /**
   * Runs `work`, whose sends count when this resolves.
   *
   * @throws what `work` rejects with; `fenced`; what kafkajs throws. Some of the sends may count all the same
   */
  transact(work: () => Promise<void>): Promise<void>;
  /** Only for `work`. Resolves when all in-sync replicas have the records. @throws what kafkajs throws */
  send(record: ProducerRecord): Promise<RecordMetadata[]>;
  /** Disconnects, also after a request that is in flight: kafkajs would connect again for its retry. */
  close(): Promise<void>;
}

export function traced(producer: Producer, tracing: ProducerOptions): TracedProducer {
  return { producer, tracing: new KafkaTracing<ProducerOptions>(tracing, new ClientIdentity(producer, tracing)) };
}
