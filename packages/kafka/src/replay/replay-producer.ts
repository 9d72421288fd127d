import type { EngineClients, ProducerPort } from '../client/port/engine-clients.ts';
import { kafkaErrorName } from '../client/port/kafka-error.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import type { TracingOptions } from '../telemetry/options.ts';
import { compressingProducer } from '../sender/acknowledged-sender.ts';
import { wrapProducer } from '../producer/wrap-producer.ts';
import type { CheckedReplay } from './replay-options.ts';

/** The broker's error codes that a record, or its topic, would get again. */
const refusals: ReadonlySet<string> = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'INVALID_TOPIC_EXCEPTION',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'TOPIC_AUTHORIZATION_FAILED',
  'POLICY_VIOLATION',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  // Errors of the client, or Node, for a record that it cannot encode
  'TypeError',
  'RangeError',
]);

/** Whether a send failed because of its record, so that the next record may succeed; otherwise it failed because of the broker. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof KafkaTracingError) return error.code === 'unacknowledged' || error.code === 'topic_missing';
  return refusals.has(kafkaErrorName(error));
}

/** Whether an error may mean that the topic's partitions are not those that the producer knows. */
export function isOfStalePartitions(error: unknown): boolean {
  return error instanceof KafkaTracingError ? error.code === 'unacknowledged' : kafkaErrorName(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
}

/** Sends by a producer that connects on demand, and can be replaced. */
export class ReplayProducer {
  readonly #make: () => ProducerPort;
  readonly #tracing: TracingOptions | undefined;
  #producer: ProducerPort;
  /** The producer's send, with its telemetry. */
  #sending: ProducerPort;
  #connected: Promise<void> | undefined;

  /** @param tracing `undefined`: headers are passed through unchanged */
  constructor(clients: EngineClients, options: CheckedReplay['producer'], tracing: TracingOptions | undefined) {
    this.#make = () => compressingProducer(clients.producer(options ?? {}));
    this.#tracing = tracing;
    this.#producer = this.#make();
    this.#sending = this.#traced();
  }

  /** The producer in use, which may not be connected. */
  get client(): ProducerPort {
    return this.#producer;
  }

  readonly send: ProducerPort['send'] = async (record) => {
    this.#connected ??= this.#producer.connect();
    await this.#connected;
    return this.#sending.send(record);
  };

  /**
   * Forgets the known topics and partitions. A kafkajs producer requests metadata for every topic that it has ever sent to, and
   * fails for all of them when one was deleted; it learns late of new partitions.
   */
  async renew(): Promise<void> {
    await this.disconnect();
    this.#producer = this.#make();
    this.#sending = this.#traced();
  }

  async disconnect(): Promise<void> {
    this.#connected = undefined;
    await this.#producer.disconnect();
  }

  #traced(): ProducerPort {
    return this.#tracing === undefined ? this.#producer : wrapProducer(this.#producer, this.#tracing);
  }
}
