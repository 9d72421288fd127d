import type { HeaderValues } from '../../client/port/message.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';

/** A message as a handler gets it. A scheduled retry has the topic, partition, offset and timestamp that the message had first. */
export interface SubscribedMessage<V = Buffer | null> {
  readonly topic: string;
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
  /** `null`: the message has no key. */
  readonly key: Buffer | null;
  /** The codec's result. Without a codec the bytes, `null` for a tombstone. */
  readonly value: V;
  /** As kafkajs reads them, without what it adds to a header with the name of a property of every object, such as `constructor`. */
  readonly headers: HeaderValues;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/** The second argument of a handler. Its functions may be destructured. */
export interface MessageScope {
  /** Aborted when the attempt reaches `retry.attemptTimeout`, or when a drain or a rebalance reaches `drain.grace`. */
  readonly signal: AbortSignal;
  /** The number of the attempt, from 1. */
  readonly attempt: number;
  /** When the first attempt began, also before a scheduled retry; milliseconds since the epoch. */
  readonly firstSeen: number;
  /** The context of the attempt's span; `undefined` without an SDK. */
  readonly traceId: string | undefined;
  /** Sends a heartbeat; others are sent automatically. Rejects when the group rebalances: a long handler learns it early. */
  readonly heartbeat: () => Promise<void>;
  /**
   * Ends the attempt and schedules a retry after this many milliseconds, from 0 to the longest of `retryTopics.delays`; never earlier, and
   * later when other messages wait before it. Each call counts as one of `retryTopics.maxRetries`, after which the message
   * goes to the dead-letter topic.
   *
   * @throws an error that ends the handler; a handler that catches it has its retry all the same
   * @throws {KafkaTracingError} `no_retry_topics`: the option `retryTopics` is missing
   * @throws {RangeError} for a number that is below 0, or longer than every delay
   */
  readonly retryLater: (ms: number) => never;
  /**
   * Ends the attempt and sends the message to the dead-letter topic, with this reason as its error message.
   *
   * @throws an error that ends the handler; the message of a handler that catches it goes to the dead-letter topic all the same
   */
  readonly deadLetter: (reason: string) => never;
  /**
   * The error that `retryLater` or `deadLetter` threw first; `undefined` while the handler has called neither. A handler that catches it
   * resolves, but has not handled its message: code that commits for handlers must throw it instead, as `idempotent` does.
   */
  readonly asked: Error | undefined;
}

/** Handles one message. What it throws or rejects with makes a failed attempt; what it returns is ignored. */
export type MessageHandler<V = Buffer | null> = (message: SubscribedMessage<V>, scope: MessageScope) => unknown;

/** What `deadLetter(reason)` throws to end the handler. */
export class DeadLettered extends Error {
  override readonly name = 'DeadLettered';
}

/** What `retryLater(ms)` throws to end the handler. */
export class ScheduledRetry extends Error {
  override readonly name = 'ScheduledRetry';
  readonly ms: number;

  constructor(ms: number) {
    super(`The handler asked for a retry after ${ms} ms`);
    this.ms = ms;
  }
}

/** The scope of one attempt, and the handler's request. There is one per attempt: members that handlers seldom use are made on demand. */
export class AttemptScope implements MessageScope {
  readonly attempt: number;
  readonly firstSeen: number;
  /** Set once the span has started. */
  traceId: string | undefined = undefined;
  readonly heartbeat: () => Promise<void>;
  asked: DeadLettered | ScheduledRetry | undefined = undefined;
  readonly #longestWait: number | undefined;
  #controller: AbortController | undefined;
  #abortedBy: { readonly reason: unknown } | undefined;

  /** @param longestWait the longest delay in milliseconds that `retryLater` accepts; `undefined` without scheduled retries */
  constructor(attempt: number, firstSeen: number, heartbeat: () => Promise<void>, longestWait: number | undefined) {
    this.attempt = attempt;
    this.firstSeen = firstSeen;
    this.heartbeat = heartbeat;
    this.#longestWait = longestWait;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortedBy !== undefined) this.#controller.abort(this.#abortedBy.reason);
    }
    return this.#controller.signal;
  }

  /**
   * Whether its failure is not the record's own: a drain or a rebalance has aborted it, not its own timeout. What its handler asked for
   * counts all the same.
   */
  get isInterrupted(): boolean {
    if (this.#abortedBy === undefined || this.asked !== undefined) return false;
    const { reason } = this.#abortedBy;
    return !(reason instanceof DOMException && reason.name === 'TimeoutError');
  }

  abort(reason: unknown): void {
    if (this.#abortedBy !== undefined) return;
    this.#abortedBy = { reason };
    this.#controller?.abort(reason);
  }

  // Separate functions, so that a handler may destructure its scope.
  get retryLater(): (ms: number) => never {
    return (ms) => {
      if (this.#longestWait === undefined)
        throw new KafkaTracingError('no_retry_topics', 'retryLater needs the option retryTopics: { delays: ["5s", "1m"] }, for instance.');
      if (!(typeof ms === 'number' && ms >= 0 && ms <= this.#longestWait))
        throw new RangeError(
          `retryLater takes from 0 to ${this.#longestWait} ms, the longest of retryTopics.delays, not ${String(ms)}: add a longer one.`,
        );
      this.asked ??= new ScheduledRetry(ms);
      throw this.asked;
    };
  }

  get deadLetter(): (reason: string) => never {
    return (reason) => {
      this.asked ??= new DeadLettered(reason);
      throw this.asked;
    };
  }
}
