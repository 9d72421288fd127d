import { EventEmitter } from 'node:events';
import { guardCallback } from '../../core/guard.ts';
import type { BlockedPartition } from '../partitions/partition-controller.ts';
import type { TopicPartition, TopicPartitionOffset } from '../../client/record.ts';
import type { CircuitState } from './circuit-breaker.ts';
import type { Verdict } from './failure-policy.ts';

/** The events of a subscription, with the arguments of their listeners. Topic, partition and offset are where the message was read. */
export interface SubscriptionEvents {
  /** An attempt failed; `verdict` is what happens to the message. `attempt` counts from 1. */
  'attempt-failed': [failure: TopicPartitionOffset & { readonly attempt: number; readonly error: unknown; readonly verdict: Verdict }];
  /** All in-sync replicas have the dead-letter record. */
  'dead-letter': [record: TopicPartitionOffset & { readonly deadLetterTopic: string; readonly attempts: number; readonly error: unknown }];
  /** A retry is scheduled: the message waits in `retryTopic` until `due`, milliseconds since the epoch. */
  'retry-later': [
    message: TopicPartitionOffset & {
      readonly retryTopic: string;
      readonly due: number;
      readonly attempts: number;
      readonly error: unknown;
    },
  ];
  /** The circuit breaker opened: all messages wait, and one is tried from time to time. */
  'circuit-open': [circuit: CircuitState];
  /** The circuit breaker closed: a message was handled, and all messages continue. `circuit` is the last state before. */
  'circuit-closed': [circuit: CircuitState];
  /** A partition is blocked at a message; or the broker does not say where it continues, which it is asked again (`position_unknown`). */
  blocked: [partition: BlockedPartition];
  /**
   * The broker removed `count` records before they were handled, the first at the offset `from`, the last below `to`. Others between them may
   * have been handled: those of other keys. The records behind them are read. Offsets without a record, as of transaction markers, count.
   */
  'records-removed': [range: TopicPartition & { readonly from: string; readonly to: string; readonly count: number }];
  /** The topic was deleted and created again: the partition is read from the beginning of the new log, at `offset`. */
  'topic-recreated': [place: TopicPartitionOffset];
  /** The subscription ended because of an error that the client does not recover from. */
  crash: [error: unknown];
}

/** Calls listeners. What one throws or rejects with is caught and logged through `diag`. */
export class EventHub {
  readonly #emitter = new EventEmitter<SubscriptionEvents>();

  on<E extends keyof SubscriptionEvents>(name: E, listener: (...args: SubscriptionEvents[E]) => unknown): () => void {
    const safe = (...args: SubscriptionEvents[E]): void => void guardCallback(`a listener of "${name}"`, () => listener(...args), listener);
    this.#emitter.on(name, safe as never);
    return () => void this.#emitter.off(name, safe as never);
  }

  emit<E extends keyof SubscriptionEvents>(name: E, ...args: SubscriptionEvents[E]): void {
    this.#emitter.emit(name, ...(args as never));
  }
}
