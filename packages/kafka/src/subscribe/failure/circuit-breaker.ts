import { partitionKey, type TopicPartition, type TopicPartitionOffset } from '../../client/record.ts';
import { backoffDelay, type Backoff } from '../../core/backoff.ts';

/** When the circuit breaker opens, because something that the handlers need is down, and how it probes for the end of the outage. */
export interface CircuitBreakerOptions {
  /** The share of the last messages, from 0 to 1, that failed in all their attempts and opens the circuit. @default 0.5 */
  readonly failureRate?: number;
  /**
   * How many of the last messages count, from 1. Before there are as many, a failure opens the circuit only of a member that has not handled
   * a message successfully yet: it may have started during an outage.
   *
   * @default 20
   */
  readonly window?: number;
  /** The waits before each probe. @default { initial: 1_000, factor: 2, max: 60_000, jitter: 0.5 } */
  readonly backoff?: Backoff;
  /** Failed probes of one message, from 1, after which it goes to the dead-letter topic after all: it may be the poison. @default 10 */
  readonly maxProbes?: number;
}

/** The circuit breaker while it is open. */
export interface CircuitState {
  /** When it opened, milliseconds since the epoch. */
  readonly since: number;
  /** How many probes have failed. */
  readonly probes: number;
  /** When the next probe is due, milliseconds since the epoch; `undefined` while a probe is awaited or in flight. */
  readonly nextProbeAt: number | undefined;
  /** What the last failed message failed with. */
  readonly error: unknown;
}

interface Open {
  readonly since: number;
  probes: number;
  nextProbeAt: number | undefined;
  error: unknown;
  /** The record that is probed. */
  probe: string | undefined;
  /** The partition of the last probe that failed: another one is asked first, when there is one. */
  avoided: string | undefined;
  timer: NodeJS.Timeout | undefined;
}

export type CircuitOptions = Required<CircuitBreakerOptions> & { readonly backoff: Required<Backoff> };

/** What is asked of a circuit breaker; asking changes nothing. */
export interface Circuit {
  readonly isOpen: boolean;
  /** Whether a record that has failed in all its attempts waits, and does not go to the dead-letter topic. */
  holds(place: TopicPartitionOffset): boolean;
}

/**
 * Tells an outage from poison: when most of the last messages failed, none goes to the dead-letter topic; all wait, and one is
 * tried from time to time until one is handled. Only failures that might pass are recorded: a message that is dead by itself,
 * for it cannot be decoded or because of a mistake in the program, says nothing of an outage.
 */
export class CircuitBreaker implements Circuit {
  readonly #options: CircuitOptions;
  /** The last messages, whether they failed. */
  readonly #window: boolean[] = [];
  readonly #waiting = new Set<string>();
  readonly #probesOf = new Map<string, number>();
  readonly #changed: (state: 'open' | 'probing' | 'closed') => void;
  #hasSucceeded = false;
  #open: Open | undefined;
  #isShut = false;

  /** @param changed called when it opens, when one message may be tried, and when it has closed */
  constructor(options: CircuitOptions, changed: (state: 'open' | 'probing' | 'closed') => void) {
    this.#options = options;
    this.#changed = changed;
  }

  get state(): CircuitState | undefined {
    if (this.#open === undefined) return undefined;
    const { since, probes, nextProbeAt, error } = this.#open;
    return { since, probes, nextProbeAt, error };
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Whether a record of the partition may begin: while the circuit is open one may, when it is time for a probe. */
  admits({ topic, partition }: TopicPartition): boolean {
    const open = this.#open;
    if (open === undefined) return true;
    const key = partitionKey(topic, partition);
    const othersWait = this.#waiting.size > (this.#waiting.has(key) ? 1 : 0);
    return open.nextProbeAt === undefined && open.probe === undefined && !(open.avoided === key && othersWait);
  }

  holds(place: TopicPartitionOffset): boolean {
    if (this.#open === undefined) return this.#wouldOpen();
    return this.#open.probe !== recordKey(place) || this.#failedProbesOf(place) + 1 < this.#options.maxProbes;
  }

  /** A record that was admitted begins. */
  begin(place: TopicPartitionOffset): void {
    if (this.#open === undefined) return;
    this.wait(place);
    this.#open.probe = recordKey(place);
  }

  /** A record was not admitted: its partition waits. */
  wait({ topic, partition }: TopicPartition): void {
    if (this.#open !== undefined) this.#waiting.add(partitionKey(topic, partition));
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

  /** A record was handled. */
  recordSuccess(place: TopicPartitionOffset): void {
    this.#hasSucceeded = true;
    if (this.#open === undefined) this.#remember(false);
    else if (this.#open.probe === recordKey(place)) this.#close();
  }

  /** A record was left that says nothing of an outage; the next one is the probe, if it was. */
  recordOther(place: TopicPartitionOffset): void {
    const open = this.#open;
    if (open === undefined || open.probe !== recordKey(place)) return;
    open.probe = undefined;
    // Its partition may be blocked: nothing must wait for it.
    this.#waiting.delete(partitionKey(place.topic, place.partition));
    this.#changed('probing');
  }

  /** The group rebalanced: those that wait here may be another member's. */
  reassigned(): void {
    this.#waiting.clear();
    this.#probesOf.clear();
    const open = this.#open;
    if (open === undefined) return;
    open.probe = undefined;
    // Who was probed says nothing any more: the partitions that wait here are told when it is time again.
    if (open.nextProbeAt === undefined) this.#waitForProbe(open);
  }

  /** No probe is looked for any more. */
  shut(): void {
    this.#isShut = true;
    clearTimeout(this.#open?.timer);
  }

  #wouldOpen(): boolean {
    const { failureRate, window: size } = this.#options;
    // Started during an outage a member would lose its first messages to the dead-letter topic while it counts.
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
    this.#changed('open');
  }

  #waitForProbe(open: Open): void {
    if (this.#isShut) return;
    const delay = backoffDelay(open.probes + 1, this.#options.backoff, Math.random());
    open.nextProbeAt = Date.now() + delay;
    open.timer = setTimeout(() => {
      open.nextProbeAt = undefined;
      this.#changed('probing');
    }, delay);
  }

  #close(): void {
    this.#open = undefined;
    this.#window.length = 0;
    this.#probesOf.clear();
    this.#waiting.clear();
    this.#changed('closed');
  }
}

function recordKey({ topic, partition, offset }: TopicPartitionOffset): string {
  return `${partitionKey(topic, partition)}/${offset}`;
}
