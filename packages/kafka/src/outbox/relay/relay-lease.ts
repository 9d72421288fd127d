import { randomUUID } from 'node:crypto';
import type { HeldLease, OutboxTable } from '../table/outbox-table.ts';

/**
 * The right to send, which one relay has at a time. It ends by itself when it is not renewed: who holds it looks at its own
 * clock before each send and is never later than the database, as its time begins before the database's does. A process that is
 * stopped between that look and its send does not know that its time is over: it is the brokers that refuse it then, see
 * `FencedChannel`.
 */
export class RelayLease {
  readonly #table: OutboxTable;
  readonly #duration: number;
  readonly #holder = randomUUID();
  #held: HeldLease | undefined;
  #until = -Infinity;
  #taking: Promise<unknown> = Promise.resolve();
  #isGivenUp = false;

  /** @param duration milliseconds */
  constructor(table: OutboxTable, duration: number) {
    this.#table = table;
    this.#duration = duration;
  }

  /** What it is held as; `undefined` while it is not held, by this process' clock. */
  get held(): HeldLease | undefined {
    return performance.now() < this.#until ? this.#held : undefined;
  }

  /** Takes it, or renews it when a third of it is over; not once it was released. @returns what it is held as */
  async hold(): Promise<HeldLease | undefined> {
    if (performance.now() < this.#until - (this.#duration * 2) / 3) return this.held;
    return this.#take();
  }

  /**
   * Asks the database, whatever the clock says.
   *
   * @param term in which the caller began what it is about to do
   * @returns whether it is held, and was all the time since then
   */
  async confirm(term: string): Promise<boolean> {
    return (await this.#take())?.term === term;
  }

  /** Gives it up, so that another need not wait for its end. */
  async end(channel: string): Promise<void> {
    this.#isGivenUp = true;
    this.#until = -Infinity;
    // What is under way would take it again, after it was released.
    await this.#taking;
    await this.#table.endLease(this.#holder, channel);
  }

  async #take(): Promise<HeldLease | undefined> {
    if (this.#isGivenUp) return undefined;
    const now = performance.now();
    const taking = this.#table.takeLease(this.#holder, this.#duration);
    this.#taking = Promise.allSettled([this.#taking, taking]);
    this.#held = await taking;
    this.#until = this.#held === undefined || this.#isGivenUp ? -Infinity : now + this.#duration;
    return this.held;
  }
}
