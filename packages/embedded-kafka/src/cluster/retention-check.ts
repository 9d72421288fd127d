import type { Clock, ClockTimer } from '../clock.ts';
import type { Topics } from './topics.ts';

/** How often Apache Kafka looks for records to delete: `log.retention.check.interval.ms`. */
const intervalMs = 300_000;

/** Applies the topics' `retention.ms` and `retention.bytes` every five minutes of the broker's clock. */
export class RetentionCheck {
  readonly #clock: Clock;
  readonly #topics: Topics;
  #timer: ClockTimer;

  constructor(clock: Clock, topics: Topics) {
    this.#clock = clock;
    this.#topics = topics;
    this.#timer = this.#next();
  }

  close(): void {
    this.#timer.cancel();
  }

  #next(): ClockTimer {
    return this.#clock.setTimeout(() => {
      const now = this.#clock.now();
      for (const { log } of this.#topics.list().flatMap(({ partitions }) => partitions)) log.applyRetention(now);
      this.#timer = this.#next();
    }, intervalMs);
  }
}
