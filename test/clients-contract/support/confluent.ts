import { createRequire } from 'node:module';
import type { Consumer, Kafka, Producer } from 'kafkajs';
import type { TestClient } from './client.ts';
import { KafkajsSession } from './kafkajs-api.ts';

/** What the KafkaJS API of this library has instead of kafkajs' constructors. */
interface Library {
  readonly KafkaJS: {
    readonly Kafka: new (config: object) => Configured;
    readonly logLevel: { readonly NOTHING: number };
  };
}

interface Configured {
  producer(config: object): Producer;
  consumer(config: object): Consumer;
}

/** The KafkaJS API of Confluent's client: `npm run install:confluent` installs it. */
export const confluent: TestClient = {
  name: '@confluentinc/kafka-javascript',
  loop: 'eachBatch',
  redelivers: true,
  async open(brokers, clientId, groupId) {
    // It cannot be imported as a module: its exports are not seen then.
    const { KafkaJS } = createRequire(import.meta.url)('@confluentinc/kafka-javascript') as Library;
    const logLevel = KafkaJS.logLevel.NOTHING;
    const kafka = new KafkaJS.Kafka({ kafkaJS: { brokers, clientId, logLevel } });
    const api = {
      producer: (_: Kafka, transactionalId?: string) =>
        kafka.producer({ 'linger.ms': 0, kafkaJS: transactionalId === undefined ? { logLevel } : { transactionalId, logLevel } }),
      consumer: () =>
        kafka.consumer({
          kafkaJS: { groupId, fromBeginning: true, sessionTimeout: 10_000, heartbeatInterval: 500, maxWaitTimeInMs: 100, logLevel },
        }),
    };
    return new KafkajsSession(api, kafka as unknown as Kafka, groupId);
  },
};
