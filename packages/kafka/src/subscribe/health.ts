import type { InFlightMessage } from './attempt/attempt.ts';
import type { OutageState } from './failure/circuit-breaker.ts';
import type { BlockedPartition, DelayedPartition } from './partitions/partition-controller.ts';

/** How a subscription is. */
export interface SubscriptionHealth {
  /** Whether it is running or paused, no handler is stuck, no partition is blocked and there is no outage. */
  readonly ok: boolean;
  /** `starting` also while it joins again, once its coordinator has not confirmed it for half of `sessionTimeout`: nothing is begun then. */
  readonly state: 'starting' | 'running' | 'paused' | 'draining' | 'drained' | 'crashed';
  /** Handlers that have run for longer than `stuckAfter`, the oldest first. */
  readonly stuck: readonly InFlightMessage[];
  /** Partitions that are blocked; one that is retried is among them until the retry has succeeded. */
  readonly stopped: readonly BlockedPartition[];
  /** Partitions that wait for a record to be due: nothing is wrong with them. */
  readonly parked: readonly DelayedPartition[];
  /** While it lasts; nothing goes to the dead-letter topic, and nothing but probes is begun. */
  readonly outage: OutageState | undefined;
  /** Attempts that are running now. */
  readonly inFlight: number;
  /** What ended the consumer, when it crashed. */
  readonly error: unknown;
}

/** What a drain did. */
export interface SubscriptionDrainReport {
  /** Messages that were handled while it drained. */
  readonly handled: number;
  readonly deadLettered: number;
  /** Messages that were written to a retry topic. */
  readonly retryLater: number;
  readonly skipped: number;
  /** Messages whose handlers were told to give up, or did not end in time: not committed, so that they come again. */
  readonly interrupted: number;
  /** Those of them whose handlers had not ended at the deadline. */
  readonly abandoned: readonly InFlightMessage[];
  readonly durationMs: number;
}
