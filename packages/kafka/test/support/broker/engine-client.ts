import * as platformatic from '@platformatic/kafka';
import { Kafka, logLevel } from 'kafkajs';
import type { subscribe } from '../../../src/subscribe/subscribe.ts';

/** How a member fetches and stays in its group; milliseconds and bytes. */
interface MemberTimes {
  readonly maxWait: number;
  readonly sessionTimeout: number;
  readonly heartbeatInterval: number;
  readonly rebalanceTimeout: number;
  /** Of one partition in one fetch. */
  readonly maxBytes: number;
}

/** A client library that `subscribe` works on, as tests use it: patient, and quick to try again. */
export interface EngineClient {
  readonly name: string;
  /** The first argument of `subscribe`. @param clientId @default 'contract' */
  clients(brokers: readonly string[], clientId?: string): Parameters<typeof subscribe>[0];
  /** The option `consumer`. */
  consumer(times: Partial<MemberTimes>): object;
}

/** Without the options that are `undefined`. */
function given(options: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

export const kafkajs: EngineClient = {
  name: 'kafkajs',
  clients: (brokers, clientId = 'contract') =>
    new Kafka({
      clientId,
      brokers: [...brokers],
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 20, maxRetryTime: 200, retries: 50 },
    }),
  consumer: ({ maxWait, maxBytes, ...times }) => given({ ...times, maxWaitTimeInMs: maxWait, maxBytesPerPartition: maxBytes }),
};

export const platformaticKafka: EngineClient = {
  name: '@platformatic/kafka',
  clients: (brokers, clientId = 'contract') => ({
    library: platformatic,
    options: { clientId, bootstrapBrokers: [...brokers], retries: 50, retryDelay: 50 },
  }),
  consumer: ({ maxWait, maxBytes, ...times }) => given({ ...times, maxWaitTime: maxWait, maxBytesPerPartition: maxBytes }),
};
