import type { InFlightMessage } from './in-flight.ts';
import type { OutageState } from './outage.ts';
import type { ParkedPartition, StoppedPartition } from './subscription-events.ts';

/** How a subscription is. */
export interface SubscriptionHealth {
  /** Whether it is running or paused, no handler is stuck, no partition has stopped and there is no outage. */
  readonly ok: boolean;
  readonly state: 'starting' | 'running' | 'paused' | 'draining' | 'drained' | 'crashed';
  /** Handlers that have run for longer than `stuckAfter`, the oldest first. */
  readonly stuck: readonly InFlightMessage[];
  readonly stopped: readonly StoppedPartition[];
  /** Partitions that wait for a message to be due: nothing is wrong with them. */
  readonly parked: readonly ParkedPartition[];
  /** While it lasts; nothing is given up, and nothing but probes is begun. */
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
