import { ServerKafka, type KafkaContext, type KafkaOptions, type ReadPacket } from '@nestjs/microservices';
import type { SpanHook } from '@tracelink/kafka';
import type { Kafka } from 'kafkajs';
import { failSpan, originalError } from '../handlers/original-error.ts';
import { tracedClient, type ClientTracingOptions } from './traced-client-kafka.ts';

/**
 * Nest's `ServerKafka`, traced: a handler runs in the trace of its message, and so do the replies. Delivery is Nest's own, which is kafkajs':
 * a message that fails is tried again, with all behind it in its partition. For retries, dead letters and concurrency see
 * `SubscribeStrategy`.
 *
 * ```ts
 * app.connectMicroservice({ strategy: new TracedServerKafka({ client: { brokers }, consumer: { groupId: 'orders' } }) });
 * ```
 */
export class TracedServerKafka extends ServerKafka {
  readonly #tracing: ClientTracingOptions;
  /** What handlers threw, by what Nest made of it: their spans say the former. */
  readonly #originals = new WeakMap<object, { readonly error: unknown }>();

  /**
   * @param options as of `ServerKafka`
   * @param tracing see {@link ClientTracingOptions}
   */
  constructor(options: Required<KafkaOptions>['options'], tracing: ClientTracingOptions = {}) {
    super(options);
    this.#tracing = tracing;
  }

  /** Makes the client; called by Nest. */
  override createClient<T = Kafka>(): Promise<T> {
    const { consumer } = this.#tracing;
    const onProcess: SpanHook = (span, info) => {
      const original = this.#originals.get(info.error as object);
      if (original !== undefined) failSpan(span, original.error);
      consumer?.onProcess?.(span, info);
    };
    return tracedClient(super.createClient<Kafka>(), { ...this.#tracing, consumer: { ...consumer, onProcess } }) as Promise<T>;
  }

  /** Runs the handler of an event; called by Nest. */
  override async handleEvent(pattern: string, packet: ReadPacket, context: KafkaContext): Promise<unknown> {
    try {
      return await super.handleEvent(pattern, packet, context);
    } catch (error) {
      // kafkajs gets the same object as without tracing: a TypeError, for instance, would end its consumer, which the plain object does not.
      if (typeof error === 'object' && error !== null) this.#originals.set(error, { error: originalError(context, error) });
      throw error;
    }
  }
}
