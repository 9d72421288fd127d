import { partitionKey, type TopicPartition, type TopicPartitionOffset } from '../../client/record.ts';
import { backoffDelay, type Backoff } from '../../core/backoff.ts';

/** When the circuit breaker opens, because a dependency of the handlers is down, and how it probes whether the dependency is back. */
export interface CircuitBreakerOptions {
  /** The share of the last messages, from 0 to 1, that failed in all their attempts and opens the circuit. @default 0.5 */
  readonly failureRate?: number;
  /**
   * How many of the last messages count, from 1. Before there are that many, a failure opens the circuit only for a member that has not yet
   * handled a message: it may have started while the dependency was down.
   *
   * @default 20
   */
  readonly window?: number;
  /** The delays before each probe. @default { initial: 1_000, factor: 2, max: 60_000, jitter: 0.5 } */
  readonly backoff?: Backoff;
  /** Failed probes of one message, from 1, after which it goes to the dead-letter topic: the message may be the cause. @default 10 */
  readonly maxProbes?: number;
}

/** The circuit breaker while it is open. */
export interface CircuitState {
  /** When it opened, milliseconds since the epoch. */
  readonly since: number;
  /** How many probes have failed. */
  readonly probes: number;
  /** When the next probe is due, milliseconds since the epoch; `undefined` while a probe is due or in flight. */
  readonly nextProbeAt: number | undefined;
  /** The error of the last failed message. */
  readonly error: unknown;
}

interface Open {
  readonly since: number;
  probes: number;
  nextProbeAt: number | undefined;
  error: unknown;
  /** The probed record. */
  probe: string | undefined;
  /** The partition of the last failed probe: another waiting partition is probed first. */
  avoided: string | undefined;
  /** Until the next probe is due; then until the waiting partitions have had their chance. */
  timer: NodeJS.Timeout | undefined;
}

export type CircuitOptions = Required<CircuitBreakerOptions> & { readonly backoff: Required<Backoff> };

/** Called when the circuit breaker opens, when a probe is due, and when it has closed: then with the last state before. */
type CircuitListener = (change: 'open' | 'probing' | 'closed', circuit: CircuitState) => void;

/**
 * Distinguishes a dependency that is down from messages that fail by themselves: when most of the last messages failed, none goes to the
 * dead-letter topic; all wait, and one is tried from time to time until one succeeds. Only errors that might pass are recorded: a message
 * that cannot be decoded, or that fails because of a programming error, says nothing about the dependency.
 */
export class CircuitBreaker {
  readonly #options: CircuitOptions;
  /** For each of the last messages, whether it failed. */
  readonly #window: boolean[] = [];
  readonly #waiting = new Set<string>();
  readonly #probesOf = new Map<string, number>();
  readonly #changed: CircuitListener;
  #hasSucceeded = false;
  #open: Open | undefined;
  #isShut = false;

  constructor(options: CircuitOptions, changed: CircuitListener) {
    this.#options = options;
    this.#changed = changed;
  }

  get state(): CircuitState | undefined {
    return this.#open && stateOf(this.#open);
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Whether a record of the partition may start: while the circuit is open one may, when a probe is due. */
  admits({ topic, partition }: TopicPartition): boolean {
    const open = this.#open;
    if (open === undefined) return true;
    const key = partitionKey(topic, partition);
    const othersWait = this.#waiting.size > (this.#waiting.has(key) ? 1 : 0);
    return open.nextProbeAt === undefined && open.probe === undefined && !(open.avoided === key && othersWait);
  }

  /** Whether a record that has failed in all its attempts waits, instead of going to the dead-letter topic. */
  holds(place: TopicPartitionOffset): boolean {
    if (this.#open === undefined) return this.#wouldOpen();
    return this.#open.probe !== recordKey(place) || this.#failedProbesOf(place) + 1 < this.#options.maxProbes;
  }

  /** An admitted record starts. */
  begin(place: TopicPartitionOffset): void {
    if (this.#open === undefined) return;
    this.wait(place);
    clearTimeout(this.#open.timer);
    this.#open.probe = recordKey(place);
  }

  /**
   * Whether a record that waited may start its next attempt. When it may not, its partition waits; while the circuit is open, an admitted
   * one is the probe, and stays it.
   */
  admitsAgain(place: TopicPartitionOffset): boolean {
    const open = this.#open;
    if (open === undefined || open.probe === recordKey(place)) return true;
    const admits = this.admits(place);
    if (admits) this.begin(place);
    else this.wait(place);
    return admits;
  }

  /** A record was not admitted: its partition waits. */
  wait({ topic, partition }: TopicPartition): void {
    if (this.#open !== undefined) this.#waiting.add(partitionKey(topic, partition));
  }

  /** A partition delivers nothing for now, for a reason of its own: it is not waited for. */
  leave({ topic, partition }: TopicPartition): void {
    const open = this.#open;
    if (!this.#waiting.delete(partitionKey(topic, partition)) || open === undefined) return;
    // Another partition may have been refused in its favour.
    if (open.nextProbeAt === undefined && open.probe === undefined) this.#probeNext(open);
  }

  /** A record failed in all its attempts. */
  recordFailure(place: TopicPartitionOffset, error: unknown): void {
    const open = this.#open;
    if (open === undefined) {
      const opens = this.#wouldOpen();
      this.#remember(true);
      if (opens) this.#begin(error);
      return;
    }
    open.error = error;
    if (open.probe !== recordKey(place)) return;
    open.probes++;
    open.avoided = partitionKey(place.topic, place.partition);
    const failed = this.#failedProbesOf(place) + 1;
    if (failed >= this.#options.maxProbes) {
      this.#probesOf.delete(recordKey(place));
      return;
    }
    this.#probesOf.set(recordKey(place), failed);
    open.probe = undefined;
    this.#waitForProbe(open);
  }

  /**
   * A record was handled. Only the probe closes the circuit: another attempt began before it opened, and shows nothing of the dependency
   * since.
   */
  recordSuccess(place: TopicPartitionOffset): void {
    this.#hasSucceeded = true;
    if (this.#open === undefined) this.#remember(false);
    else if (this.#open.probe === recordKey(place)) this.#close(this.#open);
  }

  /** A record ended in a way that says nothing about the dependency; if it was the probe, the next record is. */
  recordOther(place: TopicPartitionOffset): void {
    const open = this.#open;
    if (open === undefined || open.probe !== recordKey(place)) return;
    open.probe = undefined;
    // Its partition may be blocked: the circuit must not wait for it.
    this.#waiting.delete(partitionKey(place.topic, place.partition));
    this.#probeNext(open);
  }

  /** The group rebalanced: the waiting records may be another member's. */
  reassigned(): void {
    this.#waiting.clear();
    this.#probesOf.clear();
    const open = this.#open;
    if (open === undefined) return;
    open.probe = undefined;
    // The probed record no longer counts: the waiting partitions are notified when the next probe is due.
    if (open.nextProbeAt === undefined) this.#waitForProbe(open);
  }

  /** Schedules no further probe. */
  shut(): void {
    this.#isShut = true;
    clearTimeout(this.#open?.timer);
  }

  #wouldOpen(): boolean {
    const { failureRate, window: size } = this.#options;
    // Otherwise a member that started while the dependency was down would send its first messages to the dead-letter topic while it counts.
    if (!this.#hasSucceeded && this.#window.length < size) return true;
    const last = [...this.#window, true].slice(-size);
    return last.length >= size && last.filter((failed) => failed).length >= failureRate * size;
  }

  #failedProbesOf(place: TopicPartitionOffset): number {
    return this.#probesOf.get(recordKey(place)) ?? 0;
  }

  #remember(failed: boolean): void {
    this.#window.push(failed);
    if (this.#window.length > this.#options.window) this.#window.shift();
  }

  #begin(error: unknown): void {
    this.#open = { since: Date.now(), probes: 0, nextProbeAt: undefined, error, probe: undefined, avoided: undefined, timer: undefined };
    this.#waitForProbe(this.#open);
    this.#changed('open', stateOf(this.#open));
  }

  #waitForProbe(open: Open): void {
    if (this.#isShut) return;
    open.nextProbeAt = Date.now() + this.#after(open, () => this.#probeNext(open));
  }

  /**
   * The next record to start is the probe. For one backoff another partition than the last time is preferred. Those that wait may have
   * nothing to deliver: their records may be gone, their leader away, or a handler of their batch still run.
   */
  #probeNext(open: Open): void {
    open.nextProbeAt = undefined;
    if (!this.#isShut)
      this.#after(open, () => {
        this.#waiting.clear();
        this.#changed('probing', stateOf(open));
      });
    this.#changed('probing', stateOf(open));
  }

  /** Calls `next` after a backoff, unless a probe starts before. @returns the milliseconds until then */
  #after(open: Open, next: () => void): number {
    const delay = backoffDelay(open.probes + 1, this.#options.backoff, Math.random());
    clearTimeout(open.timer);
    open.timer = setTimeout(next, delay);
    return delay;
  }

  #close(open: Open): void {
    clearTimeout(open.timer);
    this.#open = undefined;
    this.#window.length = 0;
    this.#probesOf.clear();
    this.#waiting.clear();
    this.#changed('closed', stateOf(open));
  }
}

function stateOf({ since, probes, nextProbeAt, error }: Open): CircuitState {
  return { since, probes, nextProbeAt, error };
}

function recordKey({ topic, partition, offset }: TopicPartitionOffset): string {
  return `${partitionKey(topic, partition)}/${offset}`;
}
