import { Kafka, logLevel } from 'kafkajs';
import type { SubscribeOptions } from '../../../src/subscribe/subscribe-options.ts';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import type { Subscription } from '../../../src/subscribe/subscription.ts';
import type { EngineClient } from './engine-client.ts';
import type { TestKafka } from './kafka.ts';

/** Subscriptions of a suite's tests: drained after their test, unless the test has done it. */
export interface TestSubscriptions {
  /** Subscribes to one topic from its beginning, by default in its own group, with short delays. */
  readonly subscribe: <V = Buffer | null>(
    topic: string,
    handler: SubscribeOptions<V>['handler'],
    options?: Partial<SubscribeOptions<V>>,
  ) => Promise<Subscription<V>>;
  /** A group's commit in a partition: the offset, and the completed offsets in the metadata; '-1' without a commit. */
  readonly committed: (
    groupId: string,
    topic: string,
    partition?: number,
  ) => Promise<readonly [offset: string | undefined, completed: string]>;
}

/**
 * Call it inside `describe`, before `useTracing`: spans are checked after the subscriptions have ended.
 *
 * @param library whose clients `subscribe` gets. @default kafkajs
 */
export function useSubscriptions(kafka: TestKafka, library?: EngineClient): TestSubscriptions {
  const open: Pick<Subscription, 'drain'>[] = [];

  afterEach('drain the subscriptions', async () => {
    await Promise.all(open.splice(0).map((subscription) => subscription.drain({ grace: 0, timeout: 1_000 })));
  });

  // Like users: with kafkajs' retries.
  const client = (): Kafka =>
    new Kafka({
      clientId: 'kafka-tests',
      brokers: kafka.brokers(),
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 50, retries: 10 },
    });

  return {
    async subscribe(topic, handler, options = {}) {
      const subscription = await subscribe(library?.clients(kafka.brokers()) ?? client(), {
        groupId: kafka.groupId(),
        topics: [topic],
        handler,
        fromBeginning: true,
        consumer: library?.consumer({ maxWait: 100 }) ?? { maxWaitTimeInMs: 100 },
        retry: { backoff: { initial: 1, jitter: 0 } },
        ...options,
      });
      open.push(subscription);
      return subscription;
    },
    async committed(groupId, topic, partition = 0) {
      const admin = client().admin();
      await admin.connect();
      const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
      await admin.disconnect();
      const found = offsets?.partitions.find((offset) => offset.partition === partition);
      return [found?.offset, found?.metadata?.split(' ')[3] ?? ''];
    },
  };
}
