import { randomUUID } from 'node:crypto';
import type { HeldLease, OutboxTable } from '../table/outbox-table.ts';

/**
 * The right to send, which one relay holds at a time. It expires when it is not renewed: its holder checks its own
 * clock before each send, and is never later than the database, as its period starts before the database's. A process that is
 * suspended between that check and its send does not know that its lease has expired: the brokers reject it then, see
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

  /** The lease as it is held; `undefined` while it is not held, by this process' clock. */
  get held(): HeldLease | undefined {
    return performance.now() < this.#until ? this.#held : undefined;
  }

  /** Acquires the lease, or renews it when a third of its time has passed; not after it was released. @returns the lease as it is held */
  async hold(): Promise<HeldLease | undefined> {
    if (performance.now() < this.#until - (this.#duration * 2) / 3) return this.held;
    return this.#take();
  }

  /**
   * Asks the database, regardless of the clock.
   *
   * @param term the term in which the caller started its work
   * @returns whether the lease has been held without interruption since then
   */
  async confirm(term: string): Promise<boolean> {
    return (await this.#take())?.term === term;
  }

  /** Releases the lease, so that another relay need not wait until it expires. */
  async end(channel: string): Promise<void> {
    this.#isGivenUp = true;
    this.#until = -Infinity;
    // A statement in flight would acquire it again after it was released.
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
