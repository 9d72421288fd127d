import type { ClientConsumerOptions, ClientProducerOptions } from '../client/client-maker.ts';
import type { ConsumerOptions, ProducerOptions } from '../telemetry/options.ts';
import type { Backoff } from '../core/backoff.ts';
import type { Codec } from './attempt/codec.ts';
import type { DeadLetterHeaders } from './dead-letter/failure-destinations.ts';
import type { MessageHandler } from './attempt/message-scope.ts';
import type { CircuitBreakerOptions } from './failure/circuit-breaker.ts';
import type { FailedAttempt, Verdict } from './failure/failure-policy.ts';

/** How a failed message is retried in place. Later messages of its key wait for it. */
export interface RetryOptions {
  /** All attempts at a message, from 1. This process counts them; a member that takes the partition over starts at 1. @default 3 */
  readonly attempts?: number;
  /** The delay before each attempt but the first. @default { initial: 100, factor: 2, max: 10_000, jitter: 0.5 } */
  readonly backoff?: Backoff;
  /** Milliseconds after which the signal of an attempt is aborted. The attempt ends when its handler ends. @default none */
  readonly attemptTimeout?: number;
  /**
   * Milliseconds since the first attempt after which no other attempt is scheduled. One that was scheduled before is made, however late:
   * the consumer may have been stopped meanwhile, or the circuit open.
   *
   * @default none
   */
  readonly deadline?: number;
}

/**
 * Scheduled retries: the delays of a message whose attempts in place have all failed, for which `classify` returned `retry-later`,
 * or whose handler called `retryLater(ms)`. After each delay the message has one attempt.
 */
export interface RetryTopicOptions {
  /** The delays, the shortest first. Each is a whole number and a unit, `ms`, `s`, `m`, `h` or `d`: `5s`, `1m`, `10m`. */
  readonly delays: readonly string[];
  /**
   * Scheduled retries of a message before it goes to the dead-letter topic, from 1. Beyond the last delay, that delay is repeated.
   *
   * @default one for each delay
   */
  readonly maxRetries?: number;
  /**
   * `relaxed`: each delay has a topic, and later messages of the partition do not wait, also those of the same key. `strict`: there are no
   * topics; the message stays in place and its partition waits with it. That wait belongs to this member: another member that takes
   * the partition over starts the message at once.
   *
   * @default 'relaxed'
   */
  readonly ordering?: 'relaxed' | 'strict';
  /** Returns the name of the retry topic for a source topic and a delay. @default `{topic}.{groupId}.retry.{delay}` */
  readonly topic?: (topic: string, delay: string) => string;
}

/** The dead-letter topic, which takes the messages that failed in all their attempts. */
export interface DeadLetterOptions {
  /** The name, or a function of the source topic that returns it. @default `{topic}.{groupId}.dead-letter` */
  readonly topic?: string | ((topic: string) => string);
  /** `tracelink`: the headers of `DeliveryHeader`. `spring`: those of Spring for Apache Kafka beside them. @default 'tracelink' */
  readonly headers?: DeadLetterHeaders;
  /**
   * Whether dead-letter and retry records have the message and the stack of the handler's error, which may hold personal data. Its class is
   * there in any case.
   *
   * @default true, unless `TRACELINK_KAFKA_ERROR_TEXT` says otherwise
   */
  readonly errorText?: boolean;
}

/** How many messages are handled at the same time. */
export interface ConcurrencyOptions {
  /** Keys of a partition whose messages are handled at the same time. Messages of one key keep their order. @default 1 */
  readonly keys?: number;
  /** Partitions that are handled at the same time. @default 1 */
  readonly partitions?: number;
  /** `ordered`: messages without a key wait for each other. `unordered`: they do not. @default 'ordered' */
  readonly unkeyed?: 'ordered' | 'unordered';
}

/** How long handlers may run when a subscription ends, or when a rebalance revokes their partition. */
export interface DrainOptions {
  /** Milliseconds after which the signals of running handlers are aborted. @default 5_000 */
  readonly grace?: number;
  /** Milliseconds after which running handlers are abandoned. The report names them; their messages are not committed. @default 15_000 */
  readonly timeout?: number;
}

/** A logger. pino's and `console` have this shape. */
export interface SubscriptionLog {
  /** Logs what went as planned. */
  info(fields: object, message: string): unknown;
  /** Logs what needs attention. */
  warn(fields: object, message: string): unknown;
}

/** Options of `subscribe`. @typeParam V the value that the codec makes, and the handler gets */
export interface SubscribeOptions<V = Buffer | null> {
  /** The consumer group. */
  readonly groupId: string;
  /** The names of the topics, at least one. They must exist. */
  readonly topics: readonly string[];
  /** Handles one message. What it throws or rejects with makes a failed attempt. */
  readonly handler: MessageHandler<V>;
  /** Makes the value that the handler gets; see `jsonCodec`. @default the bytes, `null` for a tombstone */
  readonly codec?: Codec<V>;
  /**
   * Where a new group, one without any commit, starts: `true` at the first message of each partition, `false` at its end. Any other group
   * reads a partition without a commit from its beginning.
   *
   * @default false
   */
  readonly fromBeginning?: boolean;
  /** Retries in place. @default three attempts */
  readonly retry?: RetryOptions;
  /**
   * Decides what happens to a message after a failed attempt. When it throws or returns no verdict, the default decides.
   *
   * @default `classifyError`
   */
  readonly classify?: (error: unknown, attempt: FailedAttempt) => Verdict;
  /** Scheduled retries, for which the partition does not wait. @default none */
  readonly retryTopics?: RetryTopicOptions;
  /** The circuit breaker: while it is open all messages wait, and none goes to the dead-letter topic. `{}` switches it on. @default none */
  readonly circuitBreaker?: CircuitBreakerOptions;
  /** `false`: there is no dead-letter topic, and a message that failed in all its attempts blocks its partition. @default {} */
  readonly deadLetter?: DeadLetterOptions | false;
  /** Key-level and partition-level concurrency. @default one message at a time */
  readonly concurrency?: ConcurrencyOptions;
  /** The limits of a drain and of a rebalance. @default { grace: 5_000, timeout: 15_000 } */
  readonly drain?: DrainOptions;
  /** Milliseconds after which `health()` reports a running handler as stuck. @default 60_000 */
  readonly stuckAfter?: number;
  /** Milliseconds between commits while a batch is in flight. There is one at the end of each batch, too. @default 1_000 */
  readonly commitInterval?: number;
  /** Gets the report of a drain, blocked partitions, the circuit breaker, and what happened to topics and to the client. @default none */
  readonly log?: SubscriptionLog;
  /**
   * As in `wrapConsumer`; the producer of dead-letter and retry records gets the options that both have, and `agentContext` as in
   * `wrapProducer`.
   *
   * @default {}
   */
  readonly tracing?: Omit<ConsumerOptions, 'groupId' | 'linkLimit'> & Pick<ProducerOptions, 'agentContext'>;
  /**
   * The options of the client's own consumer.
   *
   * @default the client's, but for the settings that docs/consumer-guide.md lists under "Options of subscribe" for each client
   */
  readonly consumer?: ClientConsumerOptions;
  /**
   * The options of the client's own producer, which writes dead-letter and retry records.
   *
   * @default the client's, but for the settings that docs/consumer-guide.md lists
   */
  readonly producer?: ClientProducerOptions;
}

/** The tracing options that the producer has. */
export function producerTracing({
  traceLimits: _traceLimits,
  parentLink: _parentLink,
  onProcess: _onProcess,
  ...shared
}: NonNullable<SubscribeOptions['tracing']>): ProducerOptions {
  return shared;
}
