import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { thatFits } from './adapters.ts';
import { confluentEngine, type ConfluentClients, type ConfluentOptions } from './confluent/engine/engine-clients.ts';
import { kafkajsEngine, type KafkaClients } from './kafkajs/engine-clients.ts';
import type { KafkajsConsumerOptions, KafkajsProducerOptions } from './kafkajs/options.ts';
import {
  platformaticEngine,
  type PlatformaticClients,
  type PlatformaticConsumerOptions,
  type PlatformaticProducerOptions,
} from './platformatic/engine/engine-clients.ts';
import type { EngineAdapter, EngineClients } from './port/engine-clients.ts';

export type { ConfluentClients, ConfluentOptions } from './confluent/engine/engine-clients.ts';
export type { KafkaClients } from './kafkajs/engine-clients.ts';
export type { KafkajsConsumerOptions, KafkajsProducerOptions } from './kafkajs/options.ts';
export type {
  PlatformaticClients,
  PlatformaticConsumerOptions,
  PlatformaticProducerOptions,
} from './platformatic/engine/engine-clients.ts';

/**
 * What makes clients: the `Kafka` of a library that has one, `new Kafka(…)`, or the library itself with the options of its clients,
 * `{ library, options }`. The types are shapes: they need no library to be installed.
 */
export type ClientMaker = KafkaClients | ConfluentClients | PlatformaticClients;

/** The options of a library's own consumer. */
export type ClientConsumerOptions = KafkajsConsumerOptions | ConfluentOptions | PlatformaticConsumerOptions;

/** The options of a library's own producer. */
export type ClientProducerOptions = KafkajsProducerOptions | ConfluentOptions | PlatformaticProducerOptions;

// Not beside the other adapters: who only wraps clients does not load the engine's. kafkajs' is last, as Confluent's has its shape, and more.
const engines: readonly EngineAdapter[] = [platformaticEngine, confluentEngine, kafkajsEngine];

/**
 * The clients that the engine works with.
 *
 * @param taker the function that takes them, as this error names it, and those of the options of its clients
 * @throws {KafkaTracingError} `not_a_client`
 */
export function clientsOf(taker: string, maker: ClientMaker): EngineClients {
  const clients = thatFits(engines, maker)?.clients(maker, taker);
  if (clients !== undefined) return clients;
  throw new KafkaTracingError(
    'not_a_client',
    `${taker} takes what makes clients: new Kafka(...), or { library, options } of @platformatic/kafka or @confluentinc/kafka-javascript.`,
  );
}
