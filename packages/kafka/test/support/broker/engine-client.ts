import { createRequire } from 'node:module';
import * as platformatic from '@platformatic/kafka';
import { Kafka, logLevel } from 'kafkajs';
import type { subscribe } from '../../../src/subscribe/subscribe.ts';

/** How a member fetches and stays in its group; milliseconds and bytes. */
interface MemberTimes {
  readonly maxWait: number;
  readonly sessionTimeout: number;
  readonly heartbeatInterval: number;
  readonly rebalanceTimeout: number;
  readonly metadataMaxAge: number;
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

/** librdkafka's options have its own names; a rebalance may take no less than a session. */
export const confluentKafka: EngineClient = {
  name: '@confluentinc/kafka-javascript',
  clients: (brokers, clientId = 'contract') => ({
    library: createRequire(import.meta.url)('@confluentinc/kafka-javascript') as object,
    options: { 'client.id': clientId, 'bootstrap.servers': brokers.join(','), 'reconnect.backoff.max.ms': 200 },
  }),
  consumer: ({ maxWait, maxBytes, sessionTimeout, heartbeatInterval, rebalanceTimeout, metadataMaxAge }) =>
    given({
      'fetch.wait.max.ms': maxWait,
      'max.partition.fetch.bytes': maxBytes,
      'session.timeout.ms': sessionTimeout,
      'heartbeat.interval.ms': heartbeatInterval,
      'max.poll.interval.ms': rebalanceTimeout,
      'topic.metadata.refresh.interval.ms': metadataMaxAge,
    }),
};
