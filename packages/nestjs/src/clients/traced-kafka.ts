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
 * A `Kafka` whose producers and consumers are traced. All else is its own: an admin client, which sends nothing that has a trace, and the
 * logger.
 */
export function tracedKafka(kafka: Kafka, { producer = {}, consumer = {} }: ClientTracingOptions): Kafka {
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
