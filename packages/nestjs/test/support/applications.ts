import type { INestMicroservice, ModuleMetadata, Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { SubscribeStrategy, TracelinkModule, type SubscribeStrategyOptions, type TracelinkModuleOptions } from '@tracelink/nestjs';
import { logLevel, type KafkaMessage, type Message } from 'kafkajs';
import { useKafka } from '../../../kafka/test/support/broker/kafka.ts';

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
  const kafka = useKafka();
  const closing: (() => Promise<unknown>)[] = [];
  afterEach('close what was started', async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });
  const test: TestApplications = {
    createTopic: (partitions) => kafka.createTopic(partitions),
    async createRequestTopic() {
      const topic = await test.createTopic();
      await kafka.createTopic(1, { topic: `${topic}.reply` });
      return topic;
    },
    groupId: () => kafka.groupId(),
    client: () => ({
      clientId: 'nest',
      brokers: kafka.brokers(),
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
      const producer = await kafka.producer();
      await producer.send({ topic, messages });
    },
    read: (topic, count) => kafka.read(topic, count),
    later: (close) => void closing.push(close),
  };
  return test;
}
