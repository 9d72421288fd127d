import { kafkaUnderTest, type CreateTopicOptions, type KafkaUnderTest } from '@tracelink/testing';
import {
  Kafka,
  logLevel,
  type Consumer,
  type ConsumerConfig,
  type IHeaders,
  type KafkaMessage,
  type Producer,
  type ProducerConfig,
} from 'kafkajs';

/** The broker of the run, and bare kafkajs clients on it that are disconnected after their test. */
export interface TestKafka {
  /** A free topic name, or that of the options; the topic exists with `partitions` partitions. */
  createTopic(partitions?: number, options?: Omit<CreateTopicOptions, 'partitions'>): Promise<string>;
  groupId(): string;
  brokers(): string[];
  /** kafkajs without retries, so that a failure shows immediately. */
  client(): Kafka;
  producer(config?: ProducerConfig): Promise<Producer>;
  consumer(config?: Partial<ConsumerConfig>): Promise<Consumer>;
  /** The records of `topic`, read by a bare consumer, as soon as there are `count`. */
  read(topic: string, count: number): Promise<readonly KafkaMessage[]>;
}

/** Call it inside `describe`. */
export function useKafka(): TestKafka {
  let kafka: KafkaUnderTest | undefined;
  const connected: { disconnect(): Promise<void> }[] = [];
  const running = (): KafkaUnderTest => {
    if (kafka === undefined) throw new Error('There is a broker only while a test runs.');
    return kafka;
  };

  before('find the broker', async () => {
    kafka = await kafkaUnderTest();
  });
  afterEach('disconnect the clients', async () => {
    await Promise.all(connected.splice(0).map((client) => client.disconnect()));
  });
  after('stop what was started', async () => {
    await kafka?.stop();
  });

  const test: TestKafka = {
    createTopic: (partitions = 1, options = {}) => running().createTopic({ ...options, partitions }),
    groupId: () => running().groupId(),
    brokers: () => running().brokers,
    client: () => new Kafka({ clientId: 'kafka-tests', brokers: running().brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 } }),
    async producer(config) {
      const producer = test.client().producer(config);
      await producer.connect();
      connected.push(producer);
      return producer;
    },
    async consumer(config) {
      const consumer = test.client().consumer({ groupId: test.groupId(), ...config });
      await consumer.connect();
      connected.push(consumer);
      return consumer;
    },
    async read(topic, count) {
      const consumer = await test.consumer();
      const messages: KafkaMessage[] = [];
      const { promise, resolve } = Promise.withResolvers<void>();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ message }) => {
          if (messages.push(message) === count) resolve();
        },
      });
      await promise;
      return messages;
    },
  };
  return test;
}

/** Consumed headers as text, in which tests are easier to read; a repeated header is the list of its values. */
export function textHeaders(headers: IHeaders | undefined): Record<string, string | string[]> {
  const text: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers ?? {})) text[name] = Array.isArray(value) ? value.map(String) : String(value);
  return text;
}
