import { checkDuration } from './embedded-kafka-error.ts';

/** A timer that was set on a {@link Clock}. */
export interface ClockTimer {
  /** Cancels the timer. Calling it again, or after the timer fired, does nothing. */
  cancel(): void;
}

interface Entry extends ClockTimer {
  readonly due: number;
  readonly callback: () => void;
  real: NodeJS.Timeout | undefined;
}

/**
 * The broker's clock: session timeouts, rebalances, transaction timeouts, retention and log-append timestamps use it. It is real time that
 * tests can advance: timers that become due fire at once, in the order of their due times. The clients' own timers stay real.
 */
export class Clock {
  #ahead = 0;
  readonly #entries = new Set<Entry>();

  /** Milliseconds since the Unix epoch. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  /** Runs `callback` once after `delay` milliseconds of this clock. A timer never keeps the process alive. */
  setTimeout(callback: () => void, delay: number): ClockTimer {
    const entry: Entry = {
      due: this.now() + Math.max(0, delay),
      callback,
      real: undefined,
      cancel: () => {
        clearTimeout(entry.real);
        this.#entries.delete(entry);
      },
    };
    this.#entries.add(entry);
    this.#arm(entry);
    return entry;
  }

  /**
   * Advances the clock by `ms` milliseconds. All timers that become due fire before it returns, including those that
   * such a timer sets.
   *
   * @throws {EmbeddedKafkaError} `invalid_option` when `ms` is not a finite number of at least 0: this clock never goes
   *   back
   */
  advance(ms: number): void {
    checkDuration('The clock moves forward only: ms', ms);
    const target = this.now() + ms;
    for (let next = this.#earliest(target); next !== undefined; next = this.#earliest(target)) {
      // A callback sees the time that it was set for, as it would have without the jump.
      this.#ahead += Math.max(0, next.due - this.now());
      this.#fire(next);
    }
    this.#ahead += Math.max(0, target - this.now());
    for (const entry of this.#entries) this.#arm(entry);
  }

  #earliest(limit: number): Entry | undefined {
    let earliest: Entry | undefined;
    for (const entry of this.#entries) {
      if (entry.due <= limit && (earliest === undefined || entry.due < earliest.due)) earliest = entry;
    }
    return earliest;
  }

  #fire(entry: Entry): void {
    entry.cancel();
    entry.callback();
  }

  #arm(entry: Entry): void {
    clearTimeout(entry.real);
    const wait = entry.due - this.now();
    // Node fires a longer timeout at once: such a timer is checked again after half of the longest possible wait.
    const step = Math.min(wait, 2 ** 30);
    entry.real = setTimeout(() => (this.now() >= entry.due ? this.#fire(entry) : this.#arm(entry)), step);
    entry.real.unref();
  }
}
