import { isUtf8 } from 'node:buffer';
import { backoffDelay, type Backoff } from '../../core/backoff.ts';
import { identityOf, type Excluded, type OutboxRow, type RowIdentity } from '../table/outbox-table.ts';

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
  /** When they are due for a retry, milliseconds since the epoch. Refused messages that are due together take turns. */
  readonly retryAt: number;
}

export const wholeTopic = { kind: 'topic' } as const;

/** The unit that fails as a whole: a topic, a partition, the messages of a key, or one message without a key. */
export type SendUnit =
  | typeof wholeTopic
  | { readonly kind: 'partition'; readonly partition: number }
  | { readonly kind: 'message'; readonly row: OutboxRow };

interface HeldUnit {
  readonly unit: SendUnit;
  waiting: number;
  firstId: string | undefined;
  /** When its first message was added, a value of `performance.now()`; `undefined` when none was read. */
  oldest: number | undefined;
  attempts: number;
  error: unknown;
  /** A value of `performance.now()`. */
  until: number;
  /** It is due: its messages are read again, in order, and sent. */
  isOpen: boolean;
}

/**
 * The messages of a topic that cannot be sent for now. The query excludes them by key or by partition, so the memory in use here does
 * not grow with the messages that wait. Only the partitioner knows which partition a message goes to: a message that waits for a
 * partition is marked with it in the table, once, when it is read.
 */
export class SendBackoff {
  readonly #topic: string;
  readonly #backoff: Required<Backoff>;
  readonly #units = new Map<string, HeldUnit>();
  readonly #unmarked = new Map<number, RowIdentity[]>();
  /** Refused messages, and keys of such, that are retried in one page: one, and one more for each that succeeds. */
  #retriedAtOnce = 1;
  /** Whether something was released for the last page. */
  #hasOpened = false;

  constructor(topic: string, backoff: Required<Backoff>) {
    this.#topic = topic;
    this.#backoff = backoff;
  }

  /** What a query must exclude. */
  get excluded(): Excluded {
    const partitions: number[] = [];
    const keys: Buffer[] = [];
    const ids: string[] = [];
    for (const { unit, isOpen } of this.#units.values()) {
      if (isOpen || unit.kind === 'topic') continue;
      if (unit.kind === 'partition') partitions.push(unit.partition);
      else if (unit.row.key === null) ids.push(unit.row.id);
      else keys.push(unit.row.key);
    }
    return { partitions, keys, ids };
  }

  /** Whether the whole topic is held. */
  get isWhole(): boolean {
    return this.#units.get(nameOf(wholeTopic))?.isOpen === false;
  }

  /** When the next attempt is due, as a value of `performance.now()`. */
  get nextDue(): number {
    let due = Infinity;
    for (const { isOpen, until } of this.#units.values()) if (!isOpen && until < due) due = until;
    return due;
  }

  /** When the oldest held message was added, as a value of `performance.now()`; `Infinity` when none is held that was read. */
  get oldest(): number {
    let oldest = Infinity;
    for (const { oldest: ofUnit = Infinity } of this.#units.values()) if (ofUnit < oldest) oldest = ofUnit;
    return oldest;
  }

  /**
   * Releases units that are due for the next page, for every other page at most, and few of refused messages: retries take time, in which
   * others become due, and their messages are read before those that were added later. Until the next call everything else stays as it is:
   * a message is never sent while an earlier one of its key is excluded from what is read.
   */
  open(): void {
    const isForRest = this.#hasOpened;
    this.#hasOpened = false;
    if (isForRest) return;
    const now = performance.now();
    const due = [...this.#units.values()].filter(({ isOpen, until }) => !isOpen && until <= now);
    const refused = due.filter(({ unit }) => unit.kind === 'message').toSorted((one, other) => one.until - other.until);
    for (const held of due) if (held.unit.kind !== 'message') held.isOpen = true;
    for (const held of refused.slice(0, this.#retriedAtOnce)) {
      held.isOpen = true;
      // Messages behind a key are not marked: they are counted again when they are read again.
      held.waiting = 0;
    }
    this.#hasOpened = due.length > 0;
  }

  /** Holds a message that would overtake a held one. @returns whether it is held */
  keep(row: OutboxRow, partition: number): boolean {
    const held =
      this.#closed(row.key === null ? undefined : nameOf({ kind: 'message', row })) ??
      this.#closed(nameOf({ kind: 'partition', partition }));
    if (held === undefined) return false;
    this.#add(held, [row]);
    return true;
  }

  /** Records a failed attempt; its messages wait for the next one. @returns whether it is the first failure of its unit */
  fail(unit: SendUnit, rows: readonly OutboxRow[], error: unknown): boolean {
    const name = nameOf(unit);
    const known = this.#units.get(name);
    if (known !== undefined && unit.kind === 'message') this.#retriedAtOnce = 1;
    const held: HeldUnit = known ?? {
      unit,
      waiting: 0,
      firstId: undefined,
      oldest: undefined,
      attempts: 0,
      error,
      until: 0,
      isOpen: false,
    };
    held.attempts++;
    held.error = error;
    held.isOpen = false;
    held.until = performance.now() + backoffDelay(held.attempts, this.#backoff, Math.random());
    held.firstId = rows[0]?.id;
    held.oldest = rows[0]?.addedAt;
    this.#units.set(name, held);
    this.#add(held, rows);
    return known === undefined;
  }

  /** The messages held in this unit have been sent. */
  succeed(unit: SendUnit): void {
    if (this.#units.size > 0 && this.#units.delete(nameOf(unit)) && unit.kind === 'message') this.#retriedAtOnce++;
  }

  /** No messages are left to read: released ones that did not come back were deleted from the table by someone else. */
  forgetOpen(): void {
    for (const [name, { isOpen }] of this.#units) if (isOpen) this.#units.delete(name);
  }

  /** Messages that wait for a partition and are not marked with it in the table. @param mark writes the marks */
  async markWaiting(mark: (partition: number, rows: readonly RowIdentity[]) => Promise<void>): Promise<void> {
    for (const [partition, rows] of this.#unmarked) {
      await mark(partition, rows);
      this.#unmarked.delete(partition);
    }
  }

  describe(): readonly HeldMessages[] {
    const clocks = Date.now() - performance.now();
    return [...this.#units.values()].map(({ unit, waiting, firstId, attempts, error, until }) => ({
      topic: this.#topic,
      partition: unit.kind === 'partition' ? unit.partition : undefined,
      key: unit.kind === 'message' && unit.row.key !== null && isUtf8(unit.row.key) ? unit.row.key.toString() : undefined,
      messages: waiting,
      firstId,
      attempts,
      error,
      retryAt: Math.round(until + clocks),
    }));
  }

  #closed(name: string | undefined): HeldUnit | undefined {
    const held = name === undefined ? undefined : this.#units.get(name);
    return held?.isOpen === false ? held : undefined;
  }

  #add(held: HeldUnit, rows: readonly OutboxRow[]): void {
    const { unit } = held;
    held.firstId ??= rows[0]?.id;
    held.oldest ??= rows[0]?.addedAt;
    const isNew = held.waiting === 0;
    for (const row of rows) {
      const isMarked = unit.kind === 'partition' && row.heldPartition === unit.partition;
      if (isNew || !isMarked) held.waiting++;
      if (unit.kind !== 'partition' || isMarked) continue;
      const unmarked = this.#unmarked.get(unit.partition);
      if (unmarked === undefined) this.#unmarked.set(unit.partition, [identityOf(row)]);
      else unmarked.push(identityOf(row));
    }
  }
}

function nameOf(unit: SendUnit): string {
  if (unit.kind === 'topic') return 'topic';
  if (unit.kind === 'partition') return `partition ${unit.partition}`;
  // A unique text for each key, whatever its bytes.
  return unit.row.key === null ? `row ${unit.row.id}` : `key ${unit.row.key.toString('latin1')}`;
}
