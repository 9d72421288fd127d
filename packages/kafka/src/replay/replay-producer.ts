import { Partitioners, type Producer } from 'kafkajs';
import type { TracingOptions } from '../telemetry/options.ts';
import type { KafkaClients } from '../subscribe/subscribe.ts';
import { wrapProducer } from '../producer/wrap-producer.ts';
import type { CheckedReplay } from './replay-options.ts';

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
