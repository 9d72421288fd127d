import { setTimeout as pause } from 'node:timers/promises';
import { errorText, TestingError } from '../errors/testing-error.ts';

/** Options of `KafkaUnderTest.createTopic`. */
export interface CreateTopicOptions {
  /** @default a name that is free */
  readonly topic?: string;
  /** @default 1 */
  readonly partitions?: number;
  /** The topic's configuration, such as `{ 'cleanup.policy': 'compact' }`. @default the broker's */
  readonly configs?: Readonly<Record<string, string>>;
}

/** Milliseconds that a broker may take until it serves a topic that it has created. */
const longest = 30_000;

interface NamedTopic extends CreateTopicOptions {
  readonly topic: string;
}

/**
 * Creates a topic, if it is not there, and resolves once the leader of each of its partitions answers. What created a topic has told of it before every broker has
 * heard: Metadata answers `UNKNOWN_TOPIC_OR_PARTITION` for a while, which `waitForLeaders` of kafkajs (2.2.4) rejects with, and a leader
 * `NOT_LEADER_OR_FOLLOWER`, which the first send meets.
 *
 * @throws {TestingError} `no_broker` when it is not served in 30 s, with the broker's last error as its cause
 */
export async function createTopic(brokers: string[], { topic, partitions = 1, configs = {} }: NamedTopic): Promise<void> {
  const { Kafka, logLevel } = await import('kafkajs');
  const kafka = new Kafka({ clientId: 'kafka-under-test', brokers, logLevel: logLevel.NOTHING });
  // Of its own: a client asks for all topics that it has seen, and fails when one of them has been deleted since.
  const admin = kafka.admin({ retry: { initialRetryTime: 20 } });
  await admin.connect();
  try {
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ topics: [{ topic, numPartitions: partitions, configEntries }], waitForLeaders: false });
    const until = performance.now() + longest;
    for (;;) {
      // Asks the leader of each partition.
      const error = await admin.fetchTopicOffsets(topic).then(() => undefined, asError);
      if (error === undefined) return;
      if (performance.now() > until) throw notServed(topic, error);
      await pause(20);
    }
  } finally {
    await admin.disconnect();
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(errorText(reason));
}

function notServed(topic: string, cause: Error): TestingError {
  return new TestingError('no_broker', `The broker created the topic ${topic} and does not serve it (${errorText(cause)}).`, { cause });
}
