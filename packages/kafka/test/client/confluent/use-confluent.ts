import { createRequire } from 'node:module';
import type { Consumer, Producer } from 'kafkajs';
import type { TestKafka } from '../../support/broker/kafka.ts';

type Config = Readonly<Record<string, unknown>>;

/** The part of Confluent's library that makes clients; they have kafkajs' interface. */
interface Library {
  readonly KafkaJS: {
    readonly Kafka: new (config: Config) => { producer(config: Config): Producer; consumer(config: Config): Consumer };
    readonly logLevel: { readonly NOTHING: number };
  };
}

/** The library; `undefined` where it is not installed (`npm run install:confluent`). */
export const library: Library | undefined = load();

function load(): Library | undefined {
  try {
    return createRequire(import.meta.url)('@confluentinc/kafka-javascript') as Library;
  } catch {
    return undefined;
  }
}

/** Bare connected clients on the broker of the run, disconnected after their test. */
export interface Confluent {
  producer(config?: Config): Promise<Producer>;
  consumer(config?: Config): Consumer;
}

/** Call it inside `describe`, after `useKafka`. */
export function useConfluent(kafka: TestKafka, { KafkaJS }: Library): Confluent {
  const connected: { disconnect(): Promise<void> }[] = [];
  afterEach('disconnect the clients', async () => {
    await Promise.all(connected.splice(0).map((client) => client.disconnect()));
  });
  const logLevel = KafkaJS.logLevel.NOTHING;
  const client = () => new KafkaJS.Kafka({ kafkaJS: { brokers: kafka.brokers(), clientId: 'confluent', logLevel } });
  return {
    async producer(config) {
      const producer = client().producer({ kafkaJS: { logLevel, ...config } });
      await producer.connect();
      connected.push(producer);
      return producer;
    },
    consumer(config) {
      const often = { sessionTimeout: 10_000, heartbeatInterval: 500, maxWaitTimeInMs: 100, fromBeginning: true };
      const consumer = client().consumer({ kafkaJS: { groupId: kafka.groupId(), logLevel, ...often, ...config } });
      connected.push(consumer);
      return consumer;
    },
  };
}
