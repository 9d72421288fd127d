import type { ConsumerConfig, ProducerConfig } from 'kafkajs';
import type { ConsumerOptions, TracingOptions } from '../telemetry/options.ts';
import type { Backoff } from '../core/backoff.ts';
import type { Codec } from './attempt/codec.ts';
import type { DeadLetterHeaders } from './dead-letter/failure-destinations.ts';
import type { MessageHandler } from './attempt/message-scope.ts';
import type { CircuitBreakerOptions } from './failure/circuit-breaker.ts';
import type { FailedAttempt, Verdict } from './failure/verdict.ts';

/** How often, how long and how soon a message is tried again, in its place: later messages of its key wait. */
export interface RetryOptions {
  /** Attempts at a message in all, from 1; a rebalance begins to count anew. @default 3 */
  readonly attempts?: number;
  /** The wait before each attempt but the first. @default 100 ms, doubled each time, at most 10 s, half of it left to chance */
  readonly backoff?: Backoff;
  /** Milliseconds after which an attempt's signal is aborted; it ends when its handler does. @default none */
  readonly attemptTimeout?: number;
  /** Milliseconds since the first attempt after which no other begins. @default none */
  readonly deadline?: number;
}

/**
 * Where messages wait that are tried later: those whose attempts in their place have all failed, that `classify` says
 * `retry-later` of, and whose handler calls `retryLater(ms)`. Each time they are tried once.
 */
export interface RetryTopicOptions {
  /** The delays, the shortest first: whole numbers of `ms`, `s`, `m`, `h` or `d`, such as `5s`, `1m`, `10m`. */
  readonly delays: readonly string[];
  /**
   * Scheduled retries of a message before it goes to the dead-letter topic; after the last delay the last one is repeated.
   *
   * @default one for each delay
   */
  readonly maxRetries?: number;
  /**
   * `relaxed`: each delay has a topic; what comes behind in the partition goes on, also of the same key. `strict`: there are no topics; the
   * message stays where it is and its partition waits with it. Then the wait is this member's: another one that takes the partition
   * over begins at once. @default 'relaxed'
   */
  readonly ordering?: 'relaxed' | 'strict';
  /** The name of the topic of a delay. @default `{topic}.{groupId}.retry.{delay}` */
  readonly topic?: (topic: string, delay: string) => string;
}

/** Where messages go that failed in all their attempts. */
export interface DeadLetterOptions {
  /** The name, or what makes it of the topic's. @default `{topic}.{groupId}.dead-letter` */
  readonly topic?: string | ((topic: string) => string);
  /** Which headers say what happened: those of `DeliveryHeader`, or those of Spring for Apache Kafka beside them. @default 'tracelink' */
  readonly headers?: DeadLetterHeaders;
}

/** What may run at the same time. */
export interface ConcurrencyOptions {
  /** Keys of a partition whose messages are handled at the same time; messages of one key keep their order. @default 1 */
  readonly keys?: number;
  /** Partitions that are handled at the same time. @default 1 */
  readonly partitions?: number;
  /** Whether messages without a key wait for each other. @default 'ordered' */
  readonly unkeyed?: 'ordered' | 'unordered';
}

/** How a subscription ends, and gives up partitions that another member takes. */
export interface DrainOptions {
  /** Milliseconds that handlers may go on before their signal is aborted. @default 5_000 */
  readonly grace?: number;
  /** Milliseconds after which handlers are left behind, named in the report, their messages not committed. @default 15_000 */
  readonly timeout?: number;
}

/** Takes one line at the end: pino's logger fits, `console` too. */
export interface SubscriptionLog {
  info(fields: object, message: string): unknown;
  warn(fields: object, message: string): unknown;
}

/** Options of `subscribe`. */
export interface SubscribeOptions<V = Buffer | null> {
  readonly groupId: string;
  /** They must be there. */
  readonly topics: readonly string[];
  readonly handler: MessageHandler<V>;
  /** What makes the value that the handler gets; see `jsonCodec`. @default the bytes as they are */
  readonly codec?: Codec<V>;
  /** Where a group begins that has committed nothing yet: at each partition's first message. @default false: at its end */
  readonly fromBeginning?: boolean;
  readonly retry?: RetryOptions;
  /** What becomes of a message after an attempt failed. @default `classifyError` */
  readonly classify?: (error: unknown, attempt: FailedAttempt) => Verdict;
  /** When and where messages are tried later, without their partition waiting for it. @default they are not */
  readonly retryTopics?: RetryTopicOptions;
  /** When messages that fail mean an outage: then all wait, and none goes to the dead-letter topic. @default never */
  readonly circuitBreaker?: CircuitBreakerOptions;
  /** `false`: there are none; a message that failed in all its attempts blocks its partition. */
  readonly deadLetter?: DeadLetterOptions | false;
  readonly concurrency?: ConcurrencyOptions;
  readonly drain?: DrainOptions;
  /** Milliseconds after which a handler counts as stuck, which `health()` says. @default 60_000 */
  readonly stuckAfter?: number;
  /** Milliseconds between commits while a batch is in flight; there is one at its end, too. @default 1_000 */
  readonly commitInterval?: number;
  /** Takes the drain's report, and what blocks a partition. @default none */
  readonly log?: SubscriptionLog;
  /** As of `wrapConsumer`; the producer of dead letters shares what both have. */
  readonly tracing?: Omit<ConsumerOptions, 'groupId' | 'linkLimit'>;
  /** Of kafkajs; `maxWaitTimeInMs` is 500 when not given, as a drain waits for it. */
  readonly consumer?: Omit<ConsumerConfig, 'groupId'>;
  /** Of kafkajs, for the producer of dead letters and of messages that are tried later. */
  readonly producer?: ProducerConfig;
}

/** What of the tracing options a producer has too. */
export function producerTracing({
  traceLimits: _traceLimits,
  onProcess: _onProcess,
  ...shared
}: NonNullable<SubscribeOptions['tracing']>): TracingOptions {
  return shared;
}
