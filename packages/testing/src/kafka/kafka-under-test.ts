import { randomUUID } from 'node:crypto';
import { errorText, TestingError } from '../errors/testing-error.ts';
import { createTopic, type CreateTopicOptions } from './create-topic.ts';

/** A Kafka that tests run on, and names on it that no one else uses. */
export interface KafkaUnderTest extends AsyncDisposable {
  /** `host:port` of each broker, as kafkajs and the others take them. */
  readonly brokers: string[];
  /** What it is: `embedded-kafka`, the image of the container, or `KAFKA_BROKERS` for brokers that were already there. */
  readonly name: string;
  /** A topic name that is free. `prefix` (default `test`) makes a span or an error readable. */
  topic(prefix?: string): string;
  /**
   * Creates a topic, if it is not there, and resolves with its name once the leader of every partition answers for it.
   *
   * @throws {TestingError} `no_broker` when no leader answers within 30 s
   */
  createTopic(options?: CreateTopicOptions): Promise<string>;
  /** A consumer group id that is free. */
  groupId(): string;
  /** Stops what was started here; a broker that was already there goes on. May be called again. */
  stop(): Promise<void>;
}

/**
 * A Kafka to test on: the brokers of `KAFKA_BROKERS` (`host:port`, separated by commas) when that is set, else a
 * container of `KAFKA_IMAGE` (such as `apache/kafka:4.4.0`) when that is, else embedded-kafka in this process.
 *
 * @throws {TestingError} `no_broker` when the container does not start, with the reason as its cause
 */
export async function kafkaUnderTest(): Promise<KafkaUnderTest> {
  const { brokers, name: brokerName, stop } = await chooseBroker();
  const topic = (prefix = 'test'): string => `${prefix}-${randomUUID()}`;
  return {
    brokers,
    name: brokerName,
    topic,
    async createTopic(options = {}) {
      const named = { ...options, topic: options.topic ?? topic() };
      await createTopic(brokers, named);
      return named.topic;
    },
    groupId: () => `group-${randomUUID()}`,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

interface Choice {
  readonly brokers: string[];
  readonly name: string;
  readonly stop: () => Promise<void>;
}

/**
 * The one place that decides which broker the tests run on. What starts it is loaded here: tests that need no broker wait for none of it,
 * and testcontainers alone takes longer to load than most tests take.
 */
async function chooseBroker(): Promise<Choice> {
  const external = (process.env['KAFKA_BROKERS'] ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  if (external.length > 0) return { brokers: external, name: 'KAFKA_BROKERS', stop: async () => {} };

  const image = process.env['KAFKA_IMAGE'];
  if (image) return startContainer(image);

  const { EmbeddedKafka } = await import('@tracelink/embedded-kafka');
  const embedded = await EmbeddedKafka.start();
  return { brokers: embedded.brokers, name: 'embedded-kafka', stop: () => embedded.stop() };
}

async function startContainer(image: string): Promise<Choice> {
  try {
    const { startKafkaContainer } = await import('@tracelink/testing/containers');
    const container = await startKafkaContainer(image);
    return { brokers: [container.broker], name: image, stop: () => container.stop() };
  } catch (cause) {
    if (isMissing(cause)) {
      throw new TestingError(
        'no_broker',
        `No Kafka to test on: KAFKA_IMAGE=${image} asks for a container, and the package testcontainers is not installed. ` +
          'Either run npm install --save-dev testcontainers@12, or leave KAFKA_IMAGE unset for the embedded broker.',
        { cause },
      );
    }
    throw new TestingError(
      'no_broker',
      `No Kafka to test on: a container of ${image} did not start (${errorText(cause)}). ` +
        'Either make Docker reachable (TESTCONTAINERS_RYUK_DISABLED=true goes without the image testcontainers/ryuk), or set ' +
        'KAFKA_BROKERS=host:port to a broker that runs, or leave KAFKA_IMAGE unset for the embedded one.',
      { cause },
    );
  }
}

/** Whether an import failed because testcontainers is not there, in ESM or in CommonJS. */
function isMissing(error: unknown): boolean {
  const { code, message } = error as Partial<NodeJS.ErrnoException>;
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && String(message).includes('testcontainers');
}
