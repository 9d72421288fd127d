import type { Clock, ClockTimer } from './clock.ts';

/** The part of a {@link Clock} that tells the time and sets timers. */
export type Timers = Pick<Clock, 'now' | 'setTimeout'>;

interface SuspendableTimer extends ClockTimer {
  readonly callback: () => void;
  readonly delay: number;
  running: ClockTimer | undefined;
}

/**
 * A clock whose timers do not fire while it is suspended. The whole delay of each begins anew afterwards, as a broker of Apache Kafka
 * starts all sessions anew when it loads its groups.
 */
export class SuspendableClock implements Timers {
  readonly #clock: Timers;
  readonly #timers = new Set<SuspendableTimer>();
  #isSuspended = false;

  constructor(clock: Timers) {
    this.#clock = clock;
  }

  /** Milliseconds since the Unix epoch. They pass all the same. */
  now(): number {
    return this.#clock.now();
  }

  /** Runs `callback` once after `delay` milliseconds in which the clock is not suspended. */
  setTimeout(callback: () => void, delay: number): ClockTimer {
    const timer: SuspendableTimer = {
      callback,
      delay,
      running: undefined,
      cancel: () => {
        timer.running?.cancel();
        this.#timers.delete(timer);
      },
    };
    this.#timers.add(timer);
    if (!this.#isSuspended) this.#run(timer);
    return timer;
  }

  /** Stops all timers, and those that are set from now on, until {@link resume}. */
  suspend(): void {
    this.#isSuspended = true;
    for (const { running } of this.#timers) running?.cancel();
  }

  /** Starts all timers with their whole delay. Does nothing unless the clock is suspended. */
  resume(): void {
    if (!this.#isSuspended) return;
    this.#isSuspended = false;
    for (const timer of this.#timers) this.#run(timer);
  }

  #run(timer: SuspendableTimer): void {
    timer.running = this.#clock.setTimeout(() => {
      this.#timers.delete(timer);
      timer.callback();
    }, timer.delay);
  }
}
