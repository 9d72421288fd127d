import { isUtf8 } from 'node:buffer';
import { backoffDelay, type Backoff } from '../subscribe/failure/backoff.ts';
import type { OutboxRow } from './outbox-table.ts';

/** Messages that could not be sent and wait for the next attempt, with all that must not overtake them. */
export interface HeldMessages {
  readonly topic: string;
  /** The partition that takes nothing; `undefined` when it is the whole topic, or one key. */
  readonly partition: number | undefined;
  /** The key whose message is refused, as text; `undefined` when it is not one key, or has none in UTF-8. */
  readonly key: string | undefined;
  /** Messages that wait here, as far as they have been read; of a whole topic none is. */
  readonly messages: number;
  /** The id in the table of the first of them. */
  readonly firstId: string | undefined;
  readonly attempts: number;
  readonly error: unknown;
  /** Milliseconds since the epoch. */
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
  readonly ids: Set<string>;
  attempts: number;
  error: unknown;
  /** By `performance.now()`. */
  until: number;
  /** Its time has come: its messages are read again, in their order, and tried. */
  isOpen: boolean;
}

/** What of a topic cannot be sent for now. Whoever has a key that is held waits behind it, wherever it would go. */
export class Holds {
  readonly #topic: string;
  readonly #backoff: Required<Backoff>;
  readonly #holds = new Map<string, Hold>();
  readonly #ofKeys = new Map<string, Hold>();

  constructor(topic: string, backoff: Required<Backoff>) {
    this.#topic = topic;
    this.#backoff = backoff;
  }

  /** Ids of the messages that wait: not to be read. */
  get ids(): readonly string[] {
    return [...this.#holds.values()].flatMap(({ ids }) => [...ids]);
  }

  /** How many they are. */
  get size(): number {
    return [...this.#holds.values()].reduce((sum, { ids }) => sum + ids.size, 0);
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
   * its key that was added before is not to be read.
   */
  open(): void {
    const now = performance.now();
    for (const hold of this.#holds.values()) if (hold.until <= now) this.#open(hold);
  }

  /** Keeps a message that would overtake one that is held. @returns whether it is kept */
  keep(row: OutboxRow, partition: number): boolean {
    const hold =
      (row.key === null ? undefined : this.#ofKeys.get(textOf(row.key))) ?? this.#holds.get(nameOf({ kind: 'partition', partition }));
    if (hold === undefined || hold.isOpen) return false;
    this.#add(hold, row);
    return true;
  }

  /** Notes a failed attempt; its messages wait for the next one. @returns whether it is the first that failed here */
  fail(lane: Lane, rows: readonly OutboxRow[], error: unknown): boolean {
    const name = nameOf(lane);
    const known = this.#holds.get(name);
    const hold: Hold = known ?? { lane, ids: new Set(), attempts: 0, error, until: 0, isOpen: false };
    hold.attempts++;
    hold.error = error;
    hold.isOpen = false;
    hold.until = performance.now() + backoffDelay(hold.attempts, this.#backoff, Math.random());
    this.#holds.set(name, hold);
    for (const row of rows) this.#add(hold, row);
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

  describe(): readonly HeldMessages[] {
    const clocks = Date.now() - performance.now();
    return [...this.#holds.values()].map(({ lane, ids, attempts, error, until }) => ({
      topic: this.#topic,
      partition: lane.kind === 'partition' ? lane.partition : undefined,
      key: lane.kind === 'message' && lane.row.key !== null && isUtf8(lane.row.key) ? lane.row.key.toString() : undefined,
      messages: ids.size,
      firstId: ids.values().next().value,
      attempts,
      error,
      retryAt: Math.round(until + clocks),
    }));
  }

  #add(hold: Hold, row: OutboxRow): void {
    hold.ids.add(row.id);
    if (row.key !== null) this.#ofKeys.set(textOf(row.key), hold);
  }

  #open(hold: Hold): void {
    hold.isOpen = true;
    hold.ids.clear();
    for (const [key, holder] of this.#ofKeys) if (holder === hold) this.#ofKeys.delete(key);
  }
}

function nameOf(lane: Lane): string {
  if (lane.kind === 'topic') return 'topic';
  if (lane.kind === 'partition') return `partition ${lane.partition}`;
  return lane.row.key === null ? `row ${lane.row.id}` : `key ${textOf(lane.row.key)}`;
}

/** One text for each key, whatever its bytes. */
function textOf(key: Buffer): string {
  return key.toString('latin1');
}
