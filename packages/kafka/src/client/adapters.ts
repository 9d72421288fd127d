import { confluentConsumer, confluentProducer, confluentRegistration } from './confluent/adapters.ts';
import { kafkajsConsumer, kafkajsProducer, kafkajsRegistration } from './kafkajs/adapters.ts';
import { platformaticConsumer, platformaticStream } from './platformatic/consumer-adapter.ts';
import { platformaticProducer } from './platformatic/producer-adapter.ts';
import { platformaticRegistration } from './platformatic/registration.ts';
import type { ConsumerAdapter, StreamAdapter } from './port/consumer-adapter.ts';
import type { ProducerAdapter } from './port/producer-adapter.ts';
import type { Registration } from './port/registration.ts';

// kafkajs' are last: Confluent's clients have its shape, and more.
const producers: readonly ProducerAdapter[] = [platformaticProducer, confluentProducer, kafkajsProducer];
const consumers: readonly ConsumerAdapter[] = [platformaticConsumer, confluentConsumer, kafkajsConsumer];
const streams: readonly StreamAdapter[] = [platformaticStream];

/** How each library's clients are wrapped where the application does not do it. */
export const registrations: readonly Registration[] = [kafkajsRegistration, confluentRegistration, platformaticRegistration];

/** The adapter of the library that made `producer`; `undefined` when it is no producer of any that there is an adapter for. */
export function producerAdapter(producer: unknown): ProducerAdapter | undefined {
  return thatFits(producers, producer);
}

/** The same for a consumer. */
export function consumerAdapter(consumer: unknown): ConsumerAdapter | undefined {
  return thatFits(consumers, consumer);
}

/** Whether the commit of a payload of `eachBatch`, called without offsets, is made only when one is due. */
export function commitsWhenDue(payload: object): boolean {
  return !consumers.some((adapter) => adapter.commitsAtOnce?.(payload) === true);
}

/** The adapter of the library that made a stream of messages; `undefined` as for a producer. */
export function streamAdapter(stream: unknown): StreamAdapter | undefined {
  return thatFits(streams, stream);
}

/**
 * The first adapter that takes `client`.
 *
 * @param adapters in the order in which they are asked: a library whose clients have another's shape, and more, comes first
 * @returns `undefined` when none does, or when it is no object
 */
export function thatFits<A extends { fits(client: object): boolean }>(adapters: readonly A[], client: unknown): A | undefined {
  return typeof client === 'object' && client !== null ? adapters.find((adapter) => adapter.fits(client)) : undefined;
}
