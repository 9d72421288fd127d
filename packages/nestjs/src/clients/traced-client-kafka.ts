import { ClientKafka, type KafkaOptions } from '@nestjs/microservices';
import { wrapConsumer, wrapProducer, type ConsumerOptions, type ProducerOptions } from '@tracelink/kafka';
import type { ConsumerConfig, Kafka, ProducerConfig } from 'kafkajs';

/** How the clients that Nest makes are traced. */
export interface ClientTracingOptions {
  /** Options of `wrapProducer`. @default {} */
  readonly producer?: ProducerOptions;
  /** Options of `wrapConsumer`; the group is known. @default {} */
  readonly consumer?: Omit<ConsumerOptions, 'groupId'>;
}

/**
 * Nest's `ClientKafka`, traced: what it sends carries the context in which `send` or `emit` was called, and a reply is received in the trace
 * of its request. Everything else is Nest's own.
 *
 * `send` is cold: the context is the one in which the observable is subscribed to. In a handler of a controller that is the request's.
 */
export class TracedClientKafka extends ClientKafka {
  readonly #tracing: ClientTracingOptions;

  /**
   * @param options as of `ClientKafka`
   * @param tracing see {@link ClientTracingOptions}
   */
  constructor(options: Required<KafkaOptions>['options'], tracing: ClientTracingOptions = {}) {
    super(options);
    this.#tracing = tracing;
  }

  /** Makes the client; called by Nest. */
  override createClient<T = Kafka>(): Promise<T> {
    return tracedClient(super.createClient<Kafka>(), this.#tracing) as Promise<T>;
  }
}

/**
 * A `Kafka` whose producers and consumers are traced. All else is its own: an admin client, which sends nothing that has a trace, and the
 * logger.
 */
function tracedKafka(kafka: Kafka, { producer = {}, consumer = {} }: ClientTracingOptions): Kafka {
  return {
    producer: (config?: ProducerConfig) => wrapProducer(kafka.producer(config), producer),
    consumer: (config: ConsumerConfig) => wrapConsumer(kafka.consumer(config), { ...consumer, groupId: config.groupId }),
    admin: (config) => kafka.admin(config),
    logger: () => kafka.logger(),
  } satisfies Kafka;
}

/** The same of what Nest's `createClient` gives: in Nest 12 a promise. */
export async function tracedClient(made: Kafka | Promise<Kafka>, tracing: ClientTracingOptions): Promise<Kafka> {
  return tracedKafka(await made, tracing);
}
