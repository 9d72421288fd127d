import type { IHeaders } from 'kafkajs';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';

/** A message as a handler gets it. One that is tried later comes with the place and the timestamp that it had first. */
export interface SubscribedMessage<V = Buffer | null> {
  readonly topic: string;
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
  readonly key: Buffer | null;
  /** What the codec made of it; without one the bytes, `null` for a tombstone. */
  readonly value: V;
  readonly headers: IHeaders;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/** What a handler can know and ask for, beside its message. */
export interface MessageScope {
  /** Aborted when the attempt has taken too long, or the handler must give up its message: drain, rebalance. */
  readonly signal: AbortSignal;
  /** 1, and more when the message is tried again. */
  readonly attempt: number;
  /** When the first attempt began, of this consumer or before the message was put off; milliseconds since the epoch. */
  readonly firstSeen: number;
  /** `undefined` without an SDK. */
  readonly traceId: string | undefined;
  /** Heartbeats are sent by themselves; awaiting one tells early that the group is rebalancing: it rejects then. */
  readonly heartbeat: () => Promise<void>;
  /**
   * Ends the attempt: the message is retried after so many milliseconds, up to the longest of `retryTopics.delays`; never
   * before, and later when others wait in front of it. It counts as one of `retryTopics.limit`, after which it is given up.
   *
   * @throws what ends the handler; one that catches it is tried later all the same
   * @throws {KafkaTracingError} `no_retry_topics`: the option `retryTopics` is missing
   * @throws {RangeError} for a wait that is longer than every delay
   */
  readonly retryLater: (ms: number) => never;
  /**
   * Ends the attempt: the message goes to the dead letter with this reason, without another attempt.
   *
   * @throws what ends the handler; one that catches it ends in the dead letter all the same
   */
  readonly deadLetter: (reason: string) => never;
}

/** Handles one message. What it throws or rejects with is a failed attempt. */
export type MessageHandler<V = Buffer | null> = (message: SubscribedMessage<V>, scope: MessageScope) => unknown;

/** What `deadLetter(reason)` throws to end the handler. */
export class DeadLettered extends Error {
  override readonly name = 'DeadLettered';
}

/** What `retryLater(ms)` throws to end the handler. */
export class PutOff extends Error {
  override readonly name = 'PutOff';
  readonly ms: number;

  constructor(ms: number) {
    super(`The handler asked to be tried again after ${ms} ms`);
    this.ms = ms;
  }
}

/** The scope of one attempt, and what was asked of it. One is made for each attempt: what handlers seldom ask for is made then. */
export class AttemptScope implements MessageScope {
  readonly attempt: number;
  readonly firstSeen: number;
  /** Set once the span has started. */
  traceId: string | undefined = undefined;
  readonly heartbeat: () => Promise<void>;
  /** What `deadLetter` or `retryLater` threw first, once the handler has asked for it. */
  asked: DeadLettered | PutOff | undefined = undefined;
  readonly #longestWait: number | undefined;
  #controller: AbortController | undefined;
  #abortedBy: { readonly reason: unknown } | undefined;

  /** @param longestWait milliseconds that `retryLater` takes; `undefined` where nothing is retried later */
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

  get isAborted(): boolean {
    return this.#abortedBy !== undefined;
  }

  abort(reason: unknown): void {
    if (this.#abortedBy !== undefined) return;
    this.#abortedBy = { reason };
    this.#controller?.abort(reason);
  }

  // Functions of their own, so that a handler may take them out of its scope.
  get retryLater(): (ms: number) => never {
    return (ms) => {
      if (this.#longestWait === undefined)
        throw new KafkaTracingError('no_retry_topics', 'retryLater needs the option retryTopics: { delays: ["5s", "1m"] }, for instance.');
      if (!(typeof ms === 'number' && ms >= 0 && ms <= this.#longestWait))
        throw new RangeError(
          `retryLater takes from 0 to ${this.#longestWait} ms, the longest of retryTopics.delays, not ${String(ms)}: add a longer one.`,
        );
      this.asked ??= new PutOff(ms);
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
