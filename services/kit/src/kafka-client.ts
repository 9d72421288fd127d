import { Kafka, logLevel, type logCreator } from 'kafkajs';
import type { Logger } from 'pino';

/** What a service has to say about its Kafka client; the rest is the same for all of them. */
export interface KafkaClientOptions {
  readonly clientId: string;
  readonly brokers: readonly string[];
  readonly log: Logger;
}

type PinoLevel = 'error' | 'warn' | 'info' | 'debug';

// kafkajs reports each rebalance and each reconnect as info: at our own info level they would drown the service's lines.
const levels: Readonly<Record<logLevel, PinoLevel>> = {
  [logLevel.NOTHING]: 'debug',
  [logLevel.ERROR]: 'error',
  [logLevel.WARN]: 'warn',
  [logLevel.INFO]: 'debug',
  [logLevel.DEBUG]: 'debug',
};

/** kafkajs' `logCreator` that writes through pino, so that its lines are JSON with the trace ids, too. */
export function kafkaLogCreator(log: Logger): logCreator {
  return () =>
    ({ namespace, level, log: entry }) => {
      const { message, timestamp: _written, logger: _library, ...details } = entry;
      log[levels[level]]({ kafka: { namespace, ...details } }, message);
    };
}

/**
 * A kafkajs client that gives up soon: a request waits for an answer of the broker 2 s, a connection 1 s, and is tried
 * again twice. Who waits for an HTTP answer is behind these numbers; a consumer starts over by itself.
 */
export function kafkaClient({ clientId, brokers, log }: KafkaClientOptions): Kafka {
  return new Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 2 },
    logLevel: logLevel.INFO,
    logCreator: kafkaLogCreator(log),
  });
}
