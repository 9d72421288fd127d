import { Kafka, logLevel, type logCreator } from 'kafkajs';
import type { Logger } from 'pino';

/** A service's own settings of its Kafka client; the rest is the same for all of them. */
export interface KafkaClientOptions {
  readonly clientId: string;
  readonly brokers: readonly string[];
  readonly log: Logger;
}

type PinoLevel = 'error' | 'warn' | 'info' | 'debug';

// kafkajs logs each rebalance and each reconnect as info: at our own info level they would hide the service's lines.
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
 * A kafkajs client that fails soon: a request waits 2 s for an answer of the broker, a connection 1 s, and each is retried
 * twice. An HTTP client may wait behind these numbers; a consumer restarts by itself.
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
