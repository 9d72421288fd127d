import { Consumer, type ConsumeOptions, Producer } from '@platformatic/kafka';
import type { TestKafka } from '../../support/broker/kafka.ts';

type Config = Readonly<Record<string, unknown>>;

/** Bare clients of `@platformatic/kafka` on the broker of the run, closed after their test. */
export interface Platformatic {
  /** By default bytes go in and come out. */
  producer(config?: Config): Producer;
  consumer(config?: Config): Consumer;
}

export const fromBeginning = (topic: string): ConsumeOptions<Buffer, Buffer, Buffer, Buffer> => ({
  topics: [topic],
  mode: 'earliest',
  autocommit: false,
});

/** Call it inside `describe`, after `useKafka`. */
export function usePlatformatic(kafka: TestKafka): Platformatic {
  const closes: (() => Promise<void>)[] = [];
  afterEach('close the clients', async () => {
    await Promise.all(closes.splice(0).map((close) => close()));
  });
  const base = () => ({ clientId: 'platformatic', bootstrapBrokers: kafka.brokers(), retries: 1, retryDelay: 50 });
  return {
    producer(config) {
      const producer = new Producer({ ...base(), ...config });
      closes.push(() => producer.close(true));
      return producer;
    },
    consumer(config) {
      const often = { sessionTimeout: 10_000, heartbeatInterval: 500, maxWaitTime: 100 };
      const consumer = new Consumer({ ...base(), ...often, groupId: kafka.groupId(), ...config });
      closes.push(() => consumer.close(true));
      return consumer;
    },
  };
}
