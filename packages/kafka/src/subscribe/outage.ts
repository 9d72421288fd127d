import { backoffDelay, type Backoff } from './backoff.ts';
import { partitionKey } from './partition-state.ts';
import type { MessagePlace } from './subscription-events.ts';

/** When messages that fail mean an outage of what their handler needs, and how its end is looked for. */
export interface OutageOptions {
  /** The share of the last messages, from 0 to 1, that failed in all their attempts. @default 0.5 */
  readonly share?: number;
  /** How many of the last messages are looked at; before there are as many, nothing is an outage. @default 20 */
  readonly of?: number;
  /** The waits before each probe. @default 1 s, doubled each time, at most 60 s, half of it left to chance */
  readonly probe?: Backoff;
  /** Probes of one message that fail before it is given up after all: it may be the poison. @default 10 */
  readonly probes?: number;
}

/** An outage, while it lasts. */
export interface OutageState {
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Probes that failed. */
  readonly probes: number;
  /** Milliseconds since the epoch; `undefined` while a probe is looked for, or at work. */
  readonly nextProbeAt: number | undefined;
  /** What the last message failed with. */
  readonly error: unknown;
}

interface Open {
  readonly since: number;
  probes: number;
  nextProbeAt: number | undefined;
  error: unknown;
  /** The message that is probed. */
  probe: string | undefined;
  /** The partition of the last probe that failed: another one is asked first, when there is one. */
  avoided: string | undefined;
  timer: NodeJS.Timeout | undefined;
}

/**
 * A circuit breaker. Tells an outage from poison: when most of the last messages failed, no message is given up; all wait, and one
 * is tried from time to time until one is handled. Only failures that might pass count: a message that is dead by itself, for
 * it cannot be decoded or because of a mistake in the program, says nothing of an outage.
 */
export class Outage {
  readonly #options: Required<OutageOptions> & { readonly probe: Required<Backoff> };
  /** The last messages, whether they failed. */
  readonly #recent: boolean[] = [];
  readonly #waiting = new Set<string>();
  readonly #probesOf = new Map<string, number>();
  readonly #changed: (state: 'open' | 'probing' | 'closed') => void;
  #open: Open | undefined;

  /** @param changed called when it begins, when one message may be tried, and when it has ended */
  constructor(options: Outage['options'], changed: (state: 'open' | 'probing' | 'closed') => void) {
    this.#options = options;
    this.#changed = changed;
  }

  get options(): Required<OutageOptions> & { readonly probe: Required<Backoff> } {
    return this.#options;
  }

  get state(): OutageState | undefined {
    if (this.#open === undefined) return undefined;
    const { since, probes, nextProbeAt, error } = this.#open;
    return { since, probes, nextProbeAt, error };
  }

  /** Whether a message may be begun. During an outage one may, when it is time for a probe. */
  enter({ topic, partition, offset }: MessagePlace): boolean {
    const open = this.#open;
    if (open === undefined) return true;
    const key = partitionKey(topic, partition);
    this.#waiting.add(key);
    if (!this.#mayProbe(key, open)) return false;
    open.probe = `${key}/${offset}`;
    return true;
  }

  /** Whether a message of the partition could be begun now: what `changed` told while nobody waited for it is not told again. */
  mayEnter(topic: string, partition: number): boolean {
    return this.#open === undefined || this.#mayProbe(partitionKey(topic, partition), this.#open);
  }

  /**
   * Asked before a message is given up.
   *
   * @returns whether it is to wait instead
   */
  holds({ topic, partition, offset }: MessagePlace, error: unknown): boolean {
    if (this.#open === undefined) {
      this.#remember(true);
      const failures = this.#recent.filter((failed) => failed).length;
      if (this.#recent.length < this.#options.of || failures < this.#options.share * this.#options.of) return false;
      this.#open = { since: Date.now(), probes: 0, nextProbeAt: undefined, error, probe: undefined, avoided: undefined, timer: undefined };
      this.#waitForProbe(this.#open);
      this.#changed('open');
      return true;
    }
    const open = this.#open;
    const place = `${partitionKey(topic, partition)}/${offset}`;
    open.error = error;
    if (open.probe !== place) return true;
    const probes = (this.#probesOf.get(place) ?? 0) + 1;
    open.probes++;
    open.avoided = partitionKey(topic, partition);
    if (probes >= this.#options.probes) {
      this.#probesOf.delete(place);
      return false;
    }
    this.#probesOf.set(place, probes);
    open.probe = undefined;
    this.#waitForProbe(open);
    return true;
  }

  /** Told of each message that was begun, when it has been left. */
  left({ topic, partition, offset }: MessagePlace, how: 'handled' | 'otherwise'): void {
    const open = this.#open;
    if (open === undefined) {
      if (how === 'handled') this.#remember(false);
      return;
    }
    if (open.probe !== `${partitionKey(topic, partition)}/${offset}`) return;
    if (how === 'handled') return this.#end();
    // It says nothing: the next message is the probe. Its partition may have stopped: nobody is to wait for it.
    open.probe = undefined;
    this.#waiting.delete(partitionKey(topic, partition));
    this.#changed('probing');
  }

  /** No probe is looked for any more. */
  forget(): void {
    clearTimeout(this.#open?.timer);
  }

  /** The partitions are assigned anew: those that wait here may be somebody else's. */
  forgetPartitions(): void {
    this.#waiting.clear();
    this.#probesOf.clear();
  }

  #mayProbe(key: string, { nextProbeAt, probe, avoided }: Open): boolean {
    return nextProbeAt === undefined && probe === undefined && !(avoided === key && this.#waiting.size > 1);
  }

  #remember(failed: boolean): void {
    this.#recent.push(failed);
    if (this.#recent.length > this.#options.of) this.#recent.shift();
  }

  #waitForProbe(open: Open): void {
    const delay = backoffDelay(open.probes + 1, this.#options.probe, Math.random());
    open.nextProbeAt = Date.now() + delay;
    open.timer = setTimeout(() => {
      open.nextProbeAt = undefined;
      this.#changed('probing');
    }, delay);
  }

  #end(): void {
    this.#open = undefined;
    this.#recent.length = 0;
    this.#probesOf.clear();
    this.#waiting.clear();
    this.#changed('closed');
  }
}
