import type { IHeaders } from 'kafkajs';

/** A message as a handler gets it. */
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
  /** When the first attempt of this consumer began, milliseconds since the epoch. */
  readonly firstSeen: number;
  /** `undefined` without an SDK. */
  readonly traceId: string | undefined;
  /** Heartbeats are sent by themselves; awaiting one tells early that the group is rebalancing: it rejects then. */
  readonly heartbeat: () => Promise<void>;
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

/** The scope of one attempt, and what was asked of it. */
export class AttemptScope implements MessageScope {
  readonly attempt: number;
  readonly firstSeen: number;
  readonly traceId: string | undefined;
  readonly heartbeat: () => Promise<void>;
  /** What `deadLetter` threw, once the handler has asked for it. */
  asked: DeadLettered | undefined;
  readonly #controller = new AbortController();

  constructor(attempt: number, firstSeen: number, traceId: string | undefined, heartbeat: () => Promise<void>) {
    this.attempt = attempt;
    this.firstSeen = firstSeen;
    this.traceId = traceId;
    this.heartbeat = heartbeat;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  // A field, so that a handler may take it out of its scope.
  readonly deadLetter = (reason: string): never => {
    this.asked ??= new DeadLettered(reason);
    throw this.asked;
  };
}
