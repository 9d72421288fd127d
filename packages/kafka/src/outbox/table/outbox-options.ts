import type { ProducerConfig } from 'kafkajs';
import { checkProducerOptions } from '../../telemetry/check-options.ts';
import { aFunction, checkOptions, hasMethods, milliseconds, oneOf, wholeNumber, type Rule } from '../../core/option-rules.ts';
import type { ProducerOptions } from '../../telemetry/options.ts';
import { aTable } from '../../postgres/pg-client.ts';
import type { Backoff } from '../../core/backoff.ts';
import type { SubscriptionLog } from '../../subscribe/subscribe-options.ts';
import type { PageSize } from './outbox-table.ts';
import { defaultTable } from './table-sql.ts';

/** Options of `outbox`. */
export interface OutboxOptions {
  /** With or without its schema; the lease of the relay is in `{table}_lease`. @default 'tracelink_outbox' */
  readonly table?: string;
  /**
   * Bytes of key, value and headers that a message may have; a larger one is refused when it is added. No more than
   * `max.message.bytes` of the topics, or the message is refused when it is too late. @default 1_000_000
   */
  readonly maxMessageBytes?: number;
  /**
   * Whether each row has its creation context in a column `tracingspancontext` too, as Debezium's outbox event router reads it where that
   * sends in place of a relay: W3C's headers, in the format of Java's properties. The relay does not read it. @default false
   */
  readonly tracingSpanContext?: boolean;
  /** As of `wrapProducer`. */
  readonly tracing?: Omit<ProducerOptions, 'createSpans' | 'existingContext'>;
}

/** Options of `relay`. */
export interface RelayOptions {
  /** What is read and sent at once, of each topic. @default 500 messages, 900_000 bytes */
  readonly batch?: Partial<PageSize>;
  /** Milliseconds after which the relay looks for messages that it was not told of. @default 1_000 */
  readonly pollInterval?: number;
  /** Whether it takes a connection of the pool for itself, to be told of messages as they are committed. @default true */
  readonly listen?: boolean;
  /** Milliseconds after which another relay sends in place of one that was killed. @default 10_000 */
  readonly lease?: number;
  /**
   * `strict`: the messages of a key stay in order also when a relay that was stopped for longer than its lease goes on: each request is
   * a transaction of Kafka's, which the brokers refuse to a relay that another has followed. Its account needs `Write` on the
   * transactional ids. `relaxed`: without transactions, for brokers or accounts that have none; the order holds as long as no
   * relay is stopped while it sends. @default 'strict'
   */
  readonly ordering?: 'strict' | 'relaxed';
  /** The wait before what could not be sent is retried. @default 100 ms, doubled each time, at most 10 s, half of it left to chance */
  readonly backoff?: Backoff;
  /** Takes what cannot be sent, once each time, and the report of a drain. @default none */
  readonly log?: SubscriptionLog;
  /**
   * Of kafkajs, for the producers: there is one for each partition, or for each topic where `ordering` is `relaxed`. Kafka's
   * acknowledgements are always asked of all replicas. `transactionalId` is what the transactional ids begin with, before topic
   * and partition: by default `tracelink-outbox.` and a UUID that the tables hold.
   */
  readonly producer?: ProducerConfig;
}

/** The options of an outbox, checked, with their defaults. */
export type OutboxSettings = Required<OutboxOptions>;

/** The options of a relay, checked, with their defaults. */
export type RelaySettings = Required<Omit<RelayOptions, 'log' | 'batch' | 'backoff'>> & {
  readonly batch: PageSize;
  readonly backoff: Required<Backoff>;
  readonly log: SubscriptionLog | undefined;
};

const anObject: Rule = { must: 'an object of options', accepts: (value) => typeof value === 'object' && value !== null };
const aShare: Rule = { must: 'a number from 0 to 1', accepts: (value) => typeof value === 'number' && value >= 0 && value <= 1 };
const aFactor: Rule = { must: 'a number, 1 or more', accepts: (value) => Number.isFinite(value) && (value as number) >= 1 };

/** @throws {KafkaTracingError} `unknown_option`, `invalid_option` */
export function outboxSettings(options: OutboxOptions): OutboxSettings {
  checkOptions('outbox', options, {
    table: aTable,
    maxMessageBytes: wholeNumber('bytes', 1),
    tracingSpanContext: oneOf(true, false),
    tracing: anObject,
  });
  const { table = defaultTable, maxMessageBytes = 1_000_000, tracingSpanContext = false, tracing = {} } = options;
  checkProducerOptions(tracing);
  return { table, maxMessageBytes, tracingSpanContext, tracing };
}

/** @throws {KafkaTracingError} `unknown_option`, `invalid_option` */
export function relaySettings(options: RelayOptions): RelaySettings {
  checkOptions('relay', options, {
    batch: anObject,
    pollInterval: milliseconds(1),
    listen: oneOf(true, false),
    lease: milliseconds(100),
    ordering: oneOf('strict', 'relaxed'),
    backoff: anObject,
    log: { must: 'an object with info and warn', accepts: (value) => hasMethods(value, 'info', 'warn') },
    producer: anObject,
  });
  const { batch = {}, backoff = {}, producer = {} } = options;
  checkOptions('relay.batch', batch, { messages: wholeNumber('messages', 1), bytes: wholeNumber('bytes', 1) });
  checkOptions('relay.backoff', backoff, { initial: milliseconds(1), factor: aFactor, max: milliseconds(1), jitter: aShare });
  checkOptions('relay.producer', { createPartitioner: producer.createPartitioner }, { createPartitioner: aFunction });
  return {
    batch: { messages: batch.messages ?? 500, bytes: batch.bytes ?? 900_000 },
    pollInterval: options.pollInterval ?? 1_000,
    listen: options.listen ?? true,
    lease: options.lease ?? 10_000,
    ordering: options.ordering ?? 'strict',
    backoff: {
      initial: backoff.initial ?? 100,
      factor: backoff.factor ?? 2,
      max: backoff.max ?? 10_000,
      jitter: backoff.jitter ?? 0.5,
    },
    log: options.log,
    producer,
  };
}
