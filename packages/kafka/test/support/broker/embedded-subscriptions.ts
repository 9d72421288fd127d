import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { Kafka, logLevel } from 'kafkajs';
import type { SubscribeOptions } from '../../../src/subscribe/subscribe-options.ts';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import type { Subscription } from '../../../src/subscribe/subscription.ts';

/** A broker of its own for each test of a suite, and the subscriptions to its topic, which are left behind after the test. */
export interface EmbeddedSubscriptions {
  /** The broker of the test that runs. */
  readonly kafka: EmbeddedKafka;
  /** Makes clients that give up soon. */
  readonly client: () => Kafka;
  /** Subscribes to the topic from its beginning, with one attempt and short delays; the options replace those of the suite. */
  readonly started: (handler: SubscribeOptions['handler'], options?: Partial<SubscribeOptions>) => Promise<Subscription>;
}

/** Where the subscriptions of a suite read. */
export interface EmbeddedSubscriptionsOptions {
  readonly topic: string;
  /** Of the topic. */
  readonly partitions: number;
  readonly groupId: string;
  /** Of each subscription. @default none beside those of `started` */
  readonly options?: Partial<SubscribeOptions>;
}

/** For faults that only a broker in the process has. Call it inside `describe`. */
export function useEmbeddedSubscriptions(suite: EmbeddedSubscriptionsOptions): EmbeddedSubscriptions {
  const { topic, partitions, groupId } = suite;
  const open: Subscription[] = [];
  let running: EmbeddedKafka;

  beforeEach('start a broker', async () => {
    running = await EmbeddedKafka.start({ topics: { [topic]: partitions } });
  });

  afterEach('end all', async () => {
    await Promise.all(open.splice(0).map((subscription) => subscription.drain({ grace: 0, timeout: 0 })));
    await running.stop();
  });

  const client = (): Kafka =>
    new Kafka({ brokers: running.brokers, logLevel: logLevel.NOTHING, requestTimeout: 1_000, retry: { initialRetryTime: 20 } });

  return {
    get kafka() {
      return running;
    },
    client,
    async started(handler, options = {}) {
      const subscription = await subscribe(client(), {
        groupId,
        topics: [topic],
        fromBeginning: true,
        retry: { attempts: 1, backoff: { initial: 20, max: 200, jitter: 0 } },
        handler,
        ...suite.options,
        ...options,
        consumer: { maxWaitTimeInMs: 20, heartbeatInterval: 20, ...options.consumer },
      });
      open.push(subscription);
      return subscription;
    },
  };
}
