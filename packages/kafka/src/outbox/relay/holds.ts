import { isUtf8 } from 'node:buffer';
import { backoffDelay, type Backoff } from '../../core/backoff.ts';
import type { Excluded, OutboxRow } from '../table/outbox-table.ts';

/** Messages that could not be sent and wait for the next attempt, together with those that must not overtake them. */
export interface HeldMessages {
  readonly topic: string;
  /** The partition that accepts no writes; `undefined` when the whole topic is held, or one key. */
  readonly partition: number | undefined;
  /** The key whose message the broker rejects, as text; `undefined` when it is not one key, or the key is not UTF-8. */
  readonly key: string | undefined;
  /** Messages that wait, as far as the relay has read them; it reads none of a topic that is held as a whole. */
  readonly messages: number;
  /** The `id` of the row of the first held message; `undefined` when none was read. */
  readonly firstId: string | undefined;
  /** How many attempts failed. */
  readonly attempts: number;
  /** The error of the last attempt. */
  readonly error: unknown;
  /** When they are retried, milliseconds since the epoch. */
  readonly retryAt: number;
}

export const wholeTopic = { kind: 'topic' } as const;

/** The unit that fails as a whole: a topic, a partition, the messages of a key, or one message without a key. */
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
  /** A value of `performance.now()`. */
  until: number;
  /** The hold is due: its messages are read again, in order, and sent. */
  isOpen: boolean;
}

/**
 * The messages of a topic that cannot be sent for now. The query excludes them by key or by partition, so the memory in use here does
 * not grow with the messages that wait. Only the partitioner knows which partition a message goes to: a message that waits for a
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

  /** What a query must exclude. */
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

  /** Whether the whole topic is held. */
  get isWhole(): boolean {
    return this.#holds.get(nameOf(wholeTopic))?.isOpen === false;
  }

  /** When the next attempt is due, as a value of `performance.now()`. */
  get nextDue(): number {
    return Math.min(Infinity, ...[...this.#holds.values()].map(({ isOpen, until }) => (isOpen ? Infinity : until)));
  }

  /**
   * Releases the holds that are due. Until the next call everything else stays as it is: a message is never sent while an
   * earlier one of its key is excluded from what is read.
   */
  open(): void {
    const now = performance.now();
    for (const hold of this.#holds.values()) {
      if (hold.until > now) continue;
      hold.isOpen = true;
      // Messages behind a key are not marked: they are counted again when they are read again.
      if (hold.lane.kind === 'message') hold.waiting = 0;
    }
  }

  /** Holds a message that would overtake a held one. @returns whether it is held */
  keep(row: OutboxRow, partition: number): boolean {
    const hold =
      this.#closed(row.key === null ? undefined : nameOf({ kind: 'message', row })) ??
      this.#closed(nameOf({ kind: 'partition', partition }));
    if (hold === undefined) return false;
    this.#add(hold, [row]);
    return true;
  }

  /** Records a failed attempt; its messages wait for the next one. @returns whether it is the first failure of its unit */
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

  /** The messages held in this unit have been sent. */
  succeed(lane: Lane): void {
    if (this.#holds.size > 0) this.#holds.delete(nameOf(lane));
  }

  /** No messages are left to read: released ones that did not come back were deleted from the table by someone else. */
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
  // A unique text for each key, whatever its bytes.
  return lane.row.key === null ? `row ${lane.row.id}` : `key ${lane.row.key.toString('latin1')}`;
}
