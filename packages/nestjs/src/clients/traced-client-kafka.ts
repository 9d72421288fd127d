import { ClientKafka, type KafkaOptions } from '@nestjs/microservices';
import type { Kafka } from 'kafkajs';
import { tracedClient, type ClientTracingOptions } from './traced-kafka.ts';

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
