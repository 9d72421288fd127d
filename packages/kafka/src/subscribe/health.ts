import type { InFlightMessage } from './attempt/attempt.ts';
import type { CircuitState } from './failure/circuit-breaker.ts';
import type { BlockedPartition, DelayedPartition } from './partitions/partition-controller.ts';

/** The state of a subscription, as `health()` returns it. */
export interface SubscriptionHealth {
  /** Whether the state is `running` or `paused`, no handler is stuck, no partition is blocked and the circuit breaker is not open. */
  readonly ok: boolean;
  /**
   * `starting`: the member is joining its group; also when it joins again, once its coordinator has not confirmed it for half of
   * `sessionTimeout`: no message starts then; and while the client cannot read its partitions.
   */
  readonly state: 'starting' | 'running' | 'paused' | 'draining' | 'drained' | 'crashed';
  /** Attempts that have run for longer than `stuckAfter`, the oldest first. */
  readonly stuck: readonly InFlightMessage[];
  /** Blocked partitions. A partition whose record is retried stays in the list until the retry has succeeded. */
  readonly blocked: readonly BlockedPartition[];
  /** Partitions that wait for a scheduled retry to be due. Nothing is wrong with them. */
  readonly delayed: readonly DelayedPartition[];
  /** The open circuit breaker; `undefined` while it is closed. */
  readonly circuitOpen: CircuitState | undefined;
  /** The number of running attempts. */
  readonly inFlight: number;
  /** The error that ended the subscription, when its state is `crashed`. */
  readonly error: unknown;
}

/** The report of a drain. */
export interface SubscriptionDrainReport {
  /** Messages that were handled while it drained. */
  readonly handled: number;
  /** Messages that were written to the dead-letter topic. */
  readonly deadLettered: number;
  /** Messages that were written to a retry topic. */
  readonly retryLater: number;
  /** Messages whose verdict was `skip`. */
  readonly skipped: number;
  /** Messages whose handlers were aborted or did not end in time. They are not committed, so they are delivered again. */
  readonly interrupted: number;
  /** Those of them whose handlers still ran at `drain.timeout`. */
  readonly abandoned: readonly InFlightMessage[];
  /** Milliseconds that the drain took. */
  readonly durationMs: number;
}
