import { randomUUID } from 'node:crypto';
import type { OutboxTable } from './outbox-table.ts';

/**
 * The right to send, which one relay has at a time. It ends by itself when it is not renewed: who holds it looks at its own
 * clock before each send and is never later than the database, as its time begins before the database's does.
 */
export class RelayLease {
  readonly #table: OutboxTable;
  readonly #duration: number;
  readonly #holder = randomUUID();
  #until = -Infinity;
  #taking: Promise<unknown> = Promise.resolve();
  #isGivenUp = false;

  /** @param duration milliseconds */
  constructor(table: OutboxTable, duration: number) {
    this.#table = table;
    this.#duration = duration;
  }

  get isHeld(): boolean {
    return performance.now() < this.#until;
  }

  /** Takes it, or renews it when a third of it is over; not once it was given up. @returns whether it is held */
  async hold(): Promise<boolean> {
    const now = performance.now();
    if (now < this.#until - (this.#duration * 2) / 3) return true;
    if (this.#isGivenUp) return false;
    const taking = this.#table.takeLease(this.#holder, this.#duration);
    this.#taking = taking.catch(() => {});
    this.#until = (await taking) && !this.#isGivenUp ? now + this.#duration : -Infinity;
    return this.isHeld;
  }

  /** Gives it up, so that another need not wait for its end. */
  async end(channel: string): Promise<void> {
    this.#isGivenUp = true;
    this.#until = -Infinity;
    // What is under way would take it again, after it was given up.
    await this.#taking;
    await this.#table.endLease(this.#holder, channel);
  }
}
