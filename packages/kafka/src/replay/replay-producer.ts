import { errorType } from '../core/error-type.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { Partitioners, type Producer } from 'kafkajs';
import type { TracingOptions } from '../telemetry/options.ts';
import type { KafkaClients } from '../subscribe/subscribe.ts';
import { wrapProducer } from '../producer/wrap-producer.ts';
import type { CheckedReplay } from './replay-options.ts';

/** The broker's answers that a record, or its topic, would get again. */
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
  // What kafkajs, or Node, throws at a record that it cannot encode
  'TypeError',
  'RangeError',
]);

/** Whether a send failed for what is sent, so that the next record may do better; else it failed for the broker. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof KafkaTracingError) return error.code === 'unacknowledged' || error.code === 'topic_missing';
  return refusals.has(errorType(error));
}

/** Whether a refusal may be for a topic's partitions that were not what the producer took them for. */
export function isOfStalePartitions(error: unknown): boolean {
  return error instanceof KafkaTracingError ? error.code === 'unacknowledged' : errorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
}

/** Sends by a producer that connects when it is needed, and can be replaced. */
export class ReplayProducer {
  readonly #make: () => Producer;
  readonly #tracing: TracingOptions | undefined;
  #producer: Producer;
  /** The same, as it sends. */
  #sending: Producer;
  #connected: Promise<void> | undefined;

  /** @param tracing `undefined`: headers go through as they are */
  constructor(kafka: KafkaClients, options: CheckedReplay['producer'], tracing: TracingOptions | undefined) {
    const defaults = { allowAutoTopicCreation: false, createPartitioner: Partitioners.DefaultPartitioner };
    this.#make = () => kafka.producer({ ...defaults, ...options });
    this.#tracing = tracing;
    this.#producer = this.#make();
    this.#sending = this.#traced();
  }

  /** The producer that is in use, which may not be connected. */
  get client(): Producer {
    return this.#producer;
  }

  readonly send: Producer['send'] = async (record) => {
    this.#connected ??= this.#producer.connect();
    await this.#connected;
    return this.#sending.send(record);
  };

  /**
   * Forgets which topics and partitions there were. A kafkajs producer asks for each topic that it has sent to with every other, and
   * fails at all of them when one was deleted; of new partitions it learns late.
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

  #traced(): Producer {
    return this.#tracing === undefined ? this.#producer : wrapProducer(this.#producer, this.#tracing);
  }
}
