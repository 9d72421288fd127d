import type { ClientProducerOptions } from '../../client/client-maker.ts';
import type { Partitioner } from '../../client/port/key-partitioner.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';
import { checkOutboxTracing } from '../../telemetry/check-options.ts';
import { aFunction, aLog, anObject, checkOptions, milliseconds, oneOf, wholeNumber } from '../../core/option-rules.ts';
import type { ProducerOptions } from '../../telemetry/options.ts';
import { aTable } from '../../postgres/pg-client.ts';
import { checkBackoff, type Backoff } from '../../core/backoff.ts';
import type { SubscriptionLog } from '../../subscribe/subscribe-options.ts';
import type { PageSize } from './outbox-table.ts';
import { defaultTable } from './table-sql.ts';

/** Options of `outbox`. */
export interface OutboxOptions {
  /**
   * The table, with or without its schema: letters, digits and `_`, each part up to 50 characters. The relay's lease is in `{table}_lease`.
   *
   * @default 'tracelink_outbox'
   */
  readonly table?: string;
  /**
   * The most bytes of key, value and headers in a message, from 1. `add` rejects a larger one. Do not exceed `max.message.bytes` of the
   * topics, or the broker rejects the message after its transaction has committed.
   *
   * @default 1_000_000
   */
  readonly maxMessageBytes?: number;
  /**
   * Whether each row also has its creation context in a column `tracingspancontext`: W3C's headers in the format of Java's properties, as
   * Debezium's outbox event router reads them. The relay does not read it.
   *
   * @default false
   */
  readonly tracingSpanContext?: boolean;
  /** As of `wrapProducer`. @default {} */
  readonly tracing?: Omit<ProducerOptions, 'createSpans' | 'existingContext' | 'agentContext'>;
}

/** Options of `Outbox.relay`. */
export interface RelayOptions {
  /** The limit of one request; a transaction has up to eight requests. @default { messages: 500, bytes: 900_000 } */
  readonly batch?: Partial<PageSize>;
  /** Milliseconds between polls for messages without a notification. @default 1_000 */
  readonly pollInterval?: number;
  /** Whether the relay keeps a connection of the pool, on which the database notifies it of commits. @default true */
  readonly listen?: boolean;
  /** Milliseconds after which another relay replaces one that was killed, from 100. @default 10_000 */
  readonly lease?: number;
  /**
   * `strict`: the messages of a key stay in order also when a relay that was suspended for longer than its lease continues. The relay sends
   * in Kafka transactions, and the brokers fence a relay that another one has replaced. Its account needs `Write` on the transactional ids.
   * `relaxed`: without transactions, for brokers or accounts that have none; the order holds as long as no relay is suspended while
   * it sends. On `@confluentinc/kafka-javascript` its producers are idempotent, for which brokers older than 2.8 want `IdempotentWrite` on the
   * cluster; with `producer: { 'enable.idempotence': false }` a request that a broker refuses may come behind the next one of its key.
   *
   * @default 'strict'
   */
  readonly ordering?: 'strict' | 'relaxed';
  /** The delays before held messages are retried. @default { initial: 100, factor: 2, max: 10_000, jitter: 0.5 } */
  readonly backoff?: Backoff;
  /** Gets each message that cannot be sent, once per failure, and the report of a drain. @default none */
  readonly log?: SubscriptionLog;
  /**
   * The options of the client's own producers: one for each partition, or for each topic where `ordering` is `relaxed`. All in-sync replicas
   * always acknowledge. With any client two more are taken, in kafkajs' form: `createPartitioner` decides about messages that name no
   * partition, by default as Java's clients do; topic and partition are appended to `transactionalId`, whose default is `tracelink-outbox.`
   * and a UUID of the tables.
   */
  readonly producer?: RelayProducerOptions;
}

/** The options of a relay's producers, of any client. */
export type RelayProducerOptions = ClientProducerOptions & {
  readonly createPartitioner?: Partitioner;
  readonly transactionalId?: string;
};

/** The options of an outbox, checked, with their defaults. */
export type OutboxSettings = Required<OutboxOptions>;

/** The options of a relay, checked, with their defaults. */
export type RelaySettings = Required<Omit<RelayOptions, 'log' | 'batch' | 'backoff' | 'producer'>> & {
  /** Without what the relay itself takes. */
  readonly producer: ClientProducerOptions;
  readonly createPartitioner: Partitioner | undefined;
  readonly transactionalId: string | undefined;
  readonly batch: PageSize;
  readonly backoff: Required<Backoff>;
  readonly log: SubscriptionLog | undefined;
};

/** @throws {KafkaTracingError} `unknown_option`, `invalid_option` */
export function outboxSettings(options: OutboxOptions): OutboxSettings {
  checkOptions('outbox', options, {
    table: aTable,
    maxMessageBytes: wholeNumber('bytes', 1),
    tracingSpanContext: oneOf(true, false),
    tracing: anObject,
  });
  const { table = defaultTable, maxMessageBytes = 1_000_000, tracingSpanContext = false, tracing = {} } = options;
  checkOutboxTracing(tracing);
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
    log: aLog,
    producer: anObject,
  });
  const { batch = {}, backoff = {}, producer: given = {} } = options;
  const { createPartitioner, transactionalId, ...producer } = given;
  // Platformatic's name for it, which would never be asked.
  if ('partitioner' in producer)
    throw new KafkaTracingError('invalid_option', 'relay decides about partitions itself: use producer.createPartitioner, of any client.');
  checkOptions('relay.batch', batch, { messages: wholeNumber('messages', 1), bytes: wholeNumber('bytes', 1) });
  checkBackoff('relay.backoff', backoff, 1);
  checkOptions('relay.producer', { createPartitioner }, { createPartitioner: aFunction });
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
    createPartitioner,
    transactionalId,
  };
}
