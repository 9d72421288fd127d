import { createRequire } from 'node:module';
import type { Consumer, IHeaders, Producer } from 'kafkajs';
import { fetchBytes, newGroupId, type BenchClient } from './client.ts';
import { clientOf } from './kafkajs-api.ts';

/** What the KafkaJS API of this library has instead of kafkajs' constructors. */
interface Library {
  readonly KafkaJS: {
    readonly Kafka: new (config: object) => { producer(config: object): Producer; consumer(config: object): Consumer };
    readonly logLevel: { readonly NOTHING: number };
  };
}

/** The KafkaJS API of Confluent's client, and for `subscribe` that of node-rdkafka. @throws Error where the library is not installed */
export function confluent(brokers: readonly string[], byHand: () => IHeaders): BenchClient {
  // It cannot be imported as a module: its exports are not seen then.
  const library = createRequire(import.meta.url)('@confluentinc/kafka-javascript') as Library;
  const { KafkaJS } = library;
  const logLevel = KafkaJS.logLevel.NOTHING;
  const kafka = new KafkaJS.Kafka({ kafkaJS: { brokers, clientId: 'bench', logLevel } });
  const limits = { 'max.partition.fetch.bytes': fetchBytes, 'queued.max.messages.kbytes': fetchBytes / 1_024 };
  const api = {
    // A send that is awaited would wait for others to share its request with.
    producer: () => kafka.producer({ 'linger.ms': 0, kafkaJS: { logLevel } }),
    consumer: () => kafka.consumer({ ...limits, kafkaJS: { groupId: newGroupId(), fromBeginning: true, logLevel } }),
    subscribe: (consumer: Consumer, topic: string) => consumer.subscribe({ topic }),
  };
  const maker = { library, options: { 'bootstrap.servers': brokers.join(','), 'client.id': 'bench' } };
  return clientOf(api, [maker, { 'max.partition.fetch.bytes': fetchBytes }], byHand);
}
