import { isUtf8 } from 'node:buffer';
import { backoffDelay, type Backoff } from '../../core/backoff.ts';
import type { Excluded, OutboxRow } from '../table/outbox-table.ts';

/** Messages that could not be sent and wait for the next attempt, together with those that must not overtake them. */
export interface HeldMessages {
  readonly topic: string;
  /** The partition that takes nothing; `undefined` where the whole topic is held, or one key. */
  readonly partition: number | undefined;
  /** The key whose message is refused, as text; `undefined` where it is not one key, or the key is not UTF-8. */
  readonly key: string | undefined;
  /** Messages that wait, as far as the relay has read them; of a whole topic it reads none. */
  readonly messages: number;
  /** The `id` of the row of the first of them; `undefined` where none was read. */
  readonly firstId: string | undefined;
  /** How many attempts failed. */
  readonly attempts: number;
  /** What the last one failed with. */
  readonly error: unknown;
  /** When they are retried, milliseconds since the epoch. */
  readonly retryAt: number;
}

export const wholeTopic = { kind: 'topic' } as const;

/** What fails together: a topic, a partition, the messages of a key, or one message without a key. */
export type Lane =
  | typeof wholeTopic
  | { readonly kind: 'partition'; readonly partition: number }
  | { readonly kind: 'message'; readonly row: OutboxRow };

interface Hold {
  readonly lane: Lane;
  waiting: number;
  firstId: string | undefined;
  attempts: number;
  error: unknown;
  /** By `performance.now()`. */
  until: number;
  /** Its time has come: its messages are read again, in their order, and sent. */
  isOpen: boolean;
}

/**
 * What of a topic cannot be sent for now. The query leaves it out by its key or by its partition, so that what is remembered here does
 * not grow with the messages that wait. Which partition a message goes to only the partitioner knows: a message that waits for a
 * partition is marked with it in the table, once, when it is read.
 */
export class Holds {
  readonly #topic: string;
  readonly #backoff: Required<Backoff>;
  readonly #holds = new Map<string, Hold>();
  readonly #unmarked = new Map<number, string[]>();

  constructor(topic: string, backoff: Required<Backoff>) {
    this.#topic = topic;
    this.#backoff = backoff;
  }

  /** What must not be read. */
  get excluded(): Excluded {
    const partitions: number[] = [];
    const keys: Buffer[] = [];
    const ids: string[] = [];
    for (const { lane, isOpen } of this.#holds.values()) {
      if (isOpen || lane.kind === 'topic') continue;
      if (lane.kind === 'partition') partitions.push(lane.partition);
      else if (lane.row.key === null) ids.push(lane.row.id);
      else keys.push(lane.row.key);
    }
    return { partitions, keys, ids };
  }

  /** Whether nothing of the topic may be sent. */
  get isWhole(): boolean {
    return this.#holds.get(nameOf(wholeTopic))?.isOpen === false;
  }

  /** When the next attempt is due, by `performance.now()`. */
  get nextDue(): number {
    return Math.min(Infinity, ...[...this.#holds.values()].map(({ isOpen, until }) => (isOpen ? Infinity : until)));
  }

  /**
   * Lets go of what is due. Until this is called again everything else stays as it is: a message is never sent while one of
   * its key that was added before is left out of what is read.
   */
  open(): void {
    const now = performance.now();
    for (const hold of this.#holds.values()) {
      if (hold.until > now) continue;
      hold.isOpen = true;
      // Those behind a key are not marked: they are counted again when they are read again.
      if (hold.lane.kind === 'message') hold.waiting = 0;
    }
  }

  /** Keeps a message that would overtake one that is held. @returns whether it is kept */
  keep(row: OutboxRow, partition: number): boolean {
    const hold =
      this.#closed(row.key === null ? undefined : nameOf({ kind: 'message', row })) ??
      this.#closed(nameOf({ kind: 'partition', partition }));
    if (hold === undefined) return false;
    this.#add(hold, [row]);
    return true;
  }

  /** Notes a failed attempt; its messages wait for the next one. @returns whether it is the first that failed here */
  fail(lane: Lane, rows: readonly OutboxRow[], error: unknown): boolean {
    const name = nameOf(lane);
    const known = this.#holds.get(name);
    const hold: Hold = known ?? { lane, waiting: 0, firstId: undefined, attempts: 0, error, until: 0, isOpen: false };
    hold.attempts++;
    hold.error = error;
    hold.isOpen = false;
    hold.until = performance.now() + backoffDelay(hold.attempts, this.#backoff, Math.random());
    hold.firstId = rows[0]?.id;
    this.#holds.set(name, hold);
    this.#add(hold, rows);
    return known === undefined;
  }

  /** What was held in this lane has been sent. */
  succeed(lane: Lane): void {
    if (this.#holds.size > 0) this.#holds.delete(nameOf(lane));
  }

  /** Nothing is left to be read: what was let go and did not come back has been taken away by somebody else. */
  forgetOpen(): void {
    for (const [name, { isOpen }] of this.#holds) if (isOpen) this.#holds.delete(name);
  }

  /** Messages that wait for a partition and are not marked with it in the table. @param mark writes the marks */
  async markWaiting(mark: (partition: number, ids: readonly string[]) => Promise<void>): Promise<void> {
    for (const [partition, ids] of this.#unmarked) {
      await mark(partition, ids);
      this.#unmarked.delete(partition);
    }
  }

  describe(): readonly HeldMessages[] {
    const clocks = Date.now() - performance.now();
    return [...this.#holds.values()].map(({ lane, waiting, firstId, attempts, error, until }) => ({
      topic: this.#topic,
      partition: lane.kind === 'partition' ? lane.partition : undefined,
      key: lane.kind === 'message' && lane.row.key !== null && isUtf8(lane.row.key) ? lane.row.key.toString() : undefined,
      messages: waiting,
      firstId,
      attempts,
      error,
      retryAt: Math.round(until + clocks),
    }));
  }

  #closed(name: string | undefined): Hold | undefined {
    const hold = name === undefined ? undefined : this.#holds.get(name);
    return hold?.isOpen === false ? hold : undefined;
  }

  #add(hold: Hold, rows: readonly OutboxRow[]): void {
    const { lane } = hold;
    hold.firstId ??= rows[0]?.id;
    const isNew = hold.waiting === 0;
    for (const row of rows) {
      const isMarked = lane.kind === 'partition' && row.heldPartition === lane.partition;
      if (isNew || !isMarked) hold.waiting++;
      if (lane.kind !== 'partition' || isMarked) continue;
      const unmarked = this.#unmarked.get(lane.partition);
      if (unmarked === undefined) this.#unmarked.set(lane.partition, [row.id]);
      else unmarked.push(row.id);
    }
  }
}

function nameOf(lane: Lane): string {
  if (lane.kind === 'topic') return 'topic';
  if (lane.kind === 'partition') return `partition ${lane.partition}`;
  // One text for each key, whatever its bytes.
  return lane.row.key === null ? `row ${lane.row.id}` : `key ${lane.row.key.toString('latin1')}`;
}
