import { EventEmitter } from 'node:events';
import { contained } from '../contain.ts';
import type { OutageState } from './outage.ts';
import type { Verdict } from './verdict.ts';

/** A message, in what a subscription tells of it. */
export interface MessagePlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** A partition that does not go on. */
export interface StoppedPartition extends MessagePlace {
  /**
   * Why: `classify` said so; there are no dead letters; or the dead letter, or the message that is to be tried later, could not
   * be written, which is tried again by itself.
   */
  readonly reason: 'classified' | 'no_dead_letters' | 'dead_letter_unwritable' | 'retry_topic_unwritable';
  /** What the handler failed with, or the producer of dead letters. */
  readonly error: unknown;
  /** Milliseconds since the epoch at which it goes on by itself; `undefined`: after `resume()`. */
  readonly resumesAt: number | undefined;
}

/** A partition that waits for its next message to be due. */
export interface ParkedPartition extends MessagePlace {
  /** Milliseconds since the epoch. */
  readonly resumesAt: number;
}

/** What a subscription tells its listeners. */
export interface SubscriptionEvents {
  'attempt-failed': [failure: MessagePlace & { readonly attempt: number; readonly error: unknown; readonly verdict: Verdict }];
  'dead-letter': [letter: MessagePlace & { readonly deadLetterTopic: string; readonly attempts: number; readonly error: unknown }];
  /** A message waits in a retry topic; `due` in milliseconds since the epoch. */
  'retry-later': [
    message: MessagePlace & { readonly retryTopic: string; readonly due: number; readonly attempts: number; readonly error: unknown },
  ];
  /** An outage began, or ended. */
  outage: [outage: OutageState & { readonly over: boolean }];
  stopped: [partition: StoppedPartition];
  /** The consumer ended because of an error that kafkajs does not try to mend. */
  crash: [error: unknown];
}

/** Tells listeners; what one of them throws is contained and logged once through `diag`. */
export class EventHub {
  readonly #emitter = new EventEmitter<SubscriptionEvents>();

  on<E extends keyof SubscriptionEvents>(name: E, listener: (...args: SubscriptionEvents[E]) => void): () => void {
    const safe = (...args: SubscriptionEvents[E]): void => contained(`a listener of "${name}"`, () => listener(...args), listener);
    this.#emitter.on(name, safe as never);
    return () => void this.#emitter.off(name, safe as never);
  }

  emit<E extends keyof SubscriptionEvents>(name: E, ...args: SubscriptionEvents[E]): void {
    this.#emitter.emit(name, ...(args as never));
  }
}
