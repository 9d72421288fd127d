import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { Kafka, logLevel, type Admin, type Consumer, type ConsumerConfig, type Producer, type ProducerConfig } from 'kafkajs';
import { coordinatorsReady } from './coordinators-ready.ts';
import { RawConnection } from './raw-connection.ts';

/** How a topic of a test differs from the default. */
interface TopicOptions {
  /** @default 1 */
  readonly partitions?: number;
  /** Topic configs by their names, such as `max.message.bytes`. */
  readonly configs?: Readonly<Record<string, string>>;
}

/** The broker under test, and kafkajs clients that are disconnected after each test. */
export interface ContractKafka {
  readonly admin: Admin;
  broker(): string;
  topicName(): string;
  groupId(): string;
  createTopic(options?: TopicOptions): Promise<string>;
  producer(config?: ProducerConfig): Promise<Producer>;
  consumer(config?: Partial<ConsumerConfig>): Promise<Consumer>;
  /** Opens a separate connection to the broker. */
  connection(): Promise<RawConnection>;
}

// A retry comes soon while the broker is still busy, and only a limited number of times.
const retry = { initialRetryTime: 30, maxRetryTime: 300, retries: 10 };

/** Frequent heartbeats, so that tests notice a rebalance soon, and short fetches, so that `disconnect` does not wait. */
const consumerDefaults = { sessionTimeout: 10_000, heartbeatInterval: 100, maxWaitTimeInMs: 100, retry };

/** Call it inside `describe`. */
export function useKafka(): ContractKafka {
  let kafka: KafkaUnderTest | undefined;
  let admin: Admin | undefined;
  const connected: (() => Promise<void>)[] = [];
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('There is a broker only while a test runs.');
    return value;
  };
  const client = (): Kafka =>
    new Kafka({ clientId: 'contract', brokers: there(kafka).brokers, logLevel: logLevel.NOTHING, retry, requestTimeout: 20_000 });
  const connect = async <T extends Producer | Consumer | Admin>(one: T): Promise<T> => {
    await one.connect();
    connected.push(() => one.disconnect());
    return one;
  };

  before('find the broker, and have its coordinators ready', async () => {
    kafka = await kafkaUnderTest();
    admin = client().admin();
    const producer = client().producer({ transactionalId: kafka.topic('ready'), maxInFlightRequests: 1, idempotent: true });
    await Promise.all([admin.connect(), producer.connect()]);
    connected.push(() => producer.disconnect());
    await coordinatorsReady(admin, producer, kafka.groupId());
  });
  afterEach('disconnect the clients', async () => {
    await Promise.all(connected.splice(0).map((disconnect) => disconnect()));
  });
  after('stop what was started', async () => {
    await admin?.disconnect();
    await kafka?.stop();
  });

  return {
    get admin() {
      return there(admin);
    },
    broker: () => there(there(kafka).brokers[0]),
    topicName: () => there(kafka).topic('contract'),
    groupId: () => there(kafka).groupId(),
    createTopic: (options) => there(kafka).createTopic({ ...options, topic: there(kafka).topic('contract') }),
    producer: (config) => connect(client().producer({ allowAutoTopicCreation: false, ...config })),
    consumer: (config) =>
      connect(client().consumer({ groupId: there(kafka).groupId(), allowAutoTopicCreation: false, ...consumerDefaults, ...config })),
    async connection() {
      const connection = await RawConnection.open(there(there(kafka).brokers[0]));
      connected.push(() => connection.close());
      return connection;
    },
  };
}
