import type { INestMicroservice, ModuleMetadata, Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { SubscribeStrategy, TracelinkModule, type SubscribeStrategyOptions, type TracelinkModuleOptions } from '@tracelink/nestjs';
import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { Kafka, logLevel, type Consumer, type KafkaMessage, type Message } from 'kafkajs';

/** A module that logs nothing: Nest's filters log what handlers throw. */
export function compiled(metadata: ModuleMetadata): Promise<TestingModule> {
  const drop = (): void => {};
  return Test.createTestingModule(metadata).setLogger({ log: drop, warn: drop, error: drop }).compile();
}

/** A running application. */
interface TestApplication {
  readonly app: INestMicroservice;
  readonly module: TestingModule;
  readonly strategy: SubscribeStrategy;
}

/** The broker of the run, and applications on it that are closed after their test. */
export interface TestApplications {
  createTopic(partitions?: number): Promise<string>;
  /** A topic for requests, and the one beside it that Nest's client reads the answers from: no broker need create topics by itself. */
  createRequestTopic(): Promise<string>;
  groupId(): string;
  client(): TracelinkModuleOptions['client'];
  /** Starts an application whose handlers are consumed by the strategy of `TracelinkModule`. */
  start(
    controller: Type,
    subscribe?: Partial<SubscribeStrategyOptions>,
    options?: Partial<TracelinkModuleOptions>,
  ): Promise<TestApplication>;
  /** Starts one on a strategy of the test's own. */
  startWith(module: TestingModule, strategy: SubscribeStrategy): Promise<TestApplication>;
  produce(topic: string, messages: Message[]): Promise<void>;
  /** The records of a topic as soon as there are `count`. */
  read(topic: string, count: number): Promise<readonly KafkaMessage[]>;
  /** Closes it after the test. */
  later(close: () => Promise<unknown>): void;
}

/** Call it inside `describe`. */
export function useApplications(): TestApplications {
  let kafka: KafkaUnderTest | undefined;
  const closing: (() => Promise<unknown>)[] = [];
  const running = (): KafkaUnderTest => {
    if (kafka === undefined) throw new Error('There is a broker only while a test runs.');
    return kafka;
  };
  before('find the broker', async () => {
    kafka = await kafkaUnderTest();
  });
  afterEach('close what was started', async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });
  after('stop what was started', async () => {
    await kafka?.stop();
  });

  const bare = (): Kafka => new Kafka({ brokers: running().brokers, logLevel: logLevel.NOTHING });
  const test: TestApplications = {
    createTopic: (partitions = 1) => running().createTopic({ partitions }),
    async createRequestTopic() {
      const topic = await test.createTopic();
      const admin = bare().admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic: `${topic}.reply` }], waitForLeaders: true });
      await admin.disconnect();
      return topic;
    },
    groupId: () => running().groupId(),
    client: () => ({
      clientId: 'nest',
      brokers: running().brokers,
      logLevel: logLevel.NOTHING,
      retry: { retries: 2, initialRetryTime: 20 },
    }),
    async start(controller, subscribe = {}, options = {}) {
      const module = await compiled({
        controllers: [controller],
        imports: [
          TracelinkModule.forRoot({
            client: test.client(),
            subscribe: { groupId: test.groupId(), fromBeginning: true, retry: { attempts: 1 }, ...subscribe },
            ...options,
          }),
        ],
      });
      return test.startWith(module, module.get(SubscribeStrategy));
    },
    async startWith(module, strategy) {
      const app = module.createNestMicroservice({ strategy });
      closing.push(() => app.close());
      await app.listen();
      return { app, module, strategy };
    },
    async produce(topic, messages) {
      const producer = bare().producer();
      await producer.connect();
      await producer.send({ topic, messages });
      await producer.disconnect();
    },
    async read(topic, count) {
      const consumer: Consumer = bare().consumer({ groupId: test.groupId() });
      await consumer.connect();
      closing.push(() => consumer.disconnect());
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
    later: (close) => void closing.push(close),
  };
  return test;
}
