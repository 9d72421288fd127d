import { AttemptCount } from './attempt-count.ts';
import type { Entry, Place, Violation } from './journal.ts';
import { Entitlement, type GroupStart } from './entitlement.ts';
import type { Fate } from '../plan/plan.ts';

/** A record, and its state. */
export interface LedgerRecord extends Place {
  readonly id: number;
  readonly key: number;
  readonly fate: Fate;
  /** The number of the log that its topic had: a topic that is created again has another one. */
  readonly log: number;
  isDone: boolean;
  isBegun: boolean;
  /** Kafka removed it: no member can be expected to handle it. */
  isRemoved: boolean;
  /** Where it waits to be retried. */
  delayedAt: (Place & { readonly log: number }) | undefined;
}

/** The rules that follow from the group's options. */
export interface Rules extends GroupStart {
  /** The most attempts of a record, those through retry topics included; `undefined`: unlimited. */
  readonly attempts?: number | undefined;
}

/** Replays the events and finds violations. */
export class Ledger {
  readonly #records = new Map<number, LedgerRecord>();
  readonly #aborted = new Set<number>();
  /** By topic. */
  readonly #logs = new Map<string, number>();
  readonly #entitlement: Entitlement;
  readonly #attempts: AttemptCount;
  readonly #violations: Violation[] = [];
  /** How often each was reported as, and is, a dead-letter record. */
  readonly #told = new Map<number, number>();
  readonly #dead = new Map<number, number>();

  constructor(rules: Rules) {
    this.#entitlement = new Entitlement(rules);
    this.#attempts = new AttemptCount(rules.attempts);
  }

  take(entry: Entry): void {
    this.#entitlement.take(entry);
    const tooOften = this.#attempts.take(entry);
    if (tooOften !== undefined && 'id' in entry) this.#wrong('attempts', `${this.#name(entry.id)} starts ${tooOften} times`);
    switch (entry.kind) {
      case 'created':
        this.#logs.set(entry.topic, this.#log(entry.topic) + 1);
        return;
      case 'deleted':
        this.#remove(({ topic }) => topic === entry.topic);
        return;
      case 'truncated':
        this.#remove(({ topic, partition, offset }) => topic === entry.topic && partition === entry.partition && offset < entry.offset);
        return;
      case 'sent': {
        const { kind: _kind, ...record } = entry;
        const flags = { isDone: false, isBegun: false, isRemoved: false, delayedAt: undefined };
        this.#records.set(entry.id, { ...record, log: this.#log(entry.topic), ...flags });
        return;
      }
      case 'aborted':
        this.#aborted.add(entry.id);
        return;
      case 'begun':
        return this.#begin(entry.id);
      case 'handled':
        return this.#change(entry.id, (record) => {
          record.isDone = true;
          record.delayedAt = undefined;
        });
      case 'dead-lettered':
        count(this.#dead, entry.id);
        return this.#change(entry.id, (record) => {
          record.isDone = true;
          record.delayedAt = undefined;
        });
      case 'delayed':
        return this.#change(entry.id, (record) => {
          const { topic, partition, offset } = entry;
          record.delayedAt = { topic, partition, offset, log: this.#log(topic) };
        });
      case 'told-dead-letter':
        count(this.#told, entry.id);
        return;
      case 'committing':
        return this.#checkCommit(entry);
      case 'told-blocked':
        if (entry.ok) this.#wrong('health', `health is ok while ${place(entry)} is blocked: ${entry.reason}`);
        return;
      case 'ok-while-blocked':
        this.#wrong('health', `health is ok while a write keeps ${place(entry)} blocked`);
        return;
      case 'wrong':
        this.#violations.push(entry.violation);
        return;
      default:
    }
  }

  /** Records that the group must handle and has not; those that wait in a retry topic included. */
  pending(): readonly LedgerRecord[] {
    return this.unfinished().filter((record) => this.#isOwed(record));
  }

  /** Unfinished records, also those that the group need not handle: one may still block a partition. */
  unfinished(): readonly LedgerRecord[] {
    return [...this.#records.values()].filter(({ isDone, isRemoved }) => !isDone && !isRemoved);
  }

  /** The number of sent records. */
  get size(): number {
    return this.#records.size;
  }

  /** @returns the violations, once all events have happened */
  close(): readonly Violation[] {
    for (const [id, often] of this.#told) {
      const written = this.#dead.get(id) ?? 0;
      if (written < often) this.#wrong('told', `${often} dead-letter records of ${this.#name(id)} are reported, ${written} are written`);
    }
    return this.#violations;
  }

  #begin(id: number): void {
    if (this.#aborted.has(id)) this.#wrong('aborted', `record ${id} of an aborted transaction is handled`);
    this.#change(id, (record) => {
      const before = record.isBegun ? undefined : this.#previousOfKey(record);
      record.isBegun = true;
      if (before !== undefined && !before.isDone && before.delayedAt === undefined)
        this.#wrong('order', `${this.#name(id)} starts before ${this.#name(before.id)} of its key is done`);
    });
  }

  #checkCommit(commit: Place): void {
    // In a recreated log a member may commit the position of the old one: `pending` shows what that loses.
    if (this.#log(commit.topic) > 1) return;
    const passed = [...this.#records.values()].find((record) => {
      if (!this.#isOwed(record) || record.isDone) return false;
      const at = currentPlace(record);
      return at.topic === commit.topic && at.partition === commit.partition && at.offset < commit.offset;
    });
    if (passed !== undefined) this.#wrong('commit', `a commit of ${place(commit)} passes ${this.#name(passed.id)}, which is not done`);
  }

  /** The last earlier record of the same key in the same partition, of those that the group must handle. */
  #previousOfKey({ log, topic, partition, offset, key }: LedgerRecord): LedgerRecord | undefined {
    return [...this.#records.values()]
      .filter((each) => each.log === log && each.topic === topic && each.partition === partition && each.key === key)
      .filter((each) => each.offset < offset && this.#isOwed(each))
      .at(-1);
  }

  #isOwed(record: LedgerRecord): boolean {
    return !record.isRemoved && this.#entitlement.has(record.id);
  }

  #remove(isGone: (at: Place) => boolean): void {
    for (const record of this.#records.values()) {
      const at = currentPlace(record);
      if (at.log === this.#log(at.topic) && isGone(at)) record.isRemoved = true;
    }
  }

  #change(id: number, change: (record: LedgerRecord) => void): void {
    const record = this.#records.get(id);
    if (record !== undefined) change(record);
  }

  #log(topic: string): number {
    return this.#logs.get(topic) ?? 0;
  }

  #name(id: number): string {
    const record = this.#records.get(id);
    return record === undefined ? `record ${id}` : describeRecord(record);
  }

  #wrong(kind: Violation['kind'], text: string): void {
    this.#violations.push({ kind, text });
  }
}

/** Where a record waits: in a retry topic, when it was delayed. */
export function currentPlace(record: LedgerRecord): Place & { readonly log: number } {
  return record.delayedAt ?? record;
}

/** A record as a text. */
export function describeRecord({ id, fate, log, ...at }: LedgerRecord): string {
  const again = log === 1 ? '' : `, log ${log} of its topic`;
  return `record ${id} (${fate}, ${place(at)}${again})`;
}

function place({ topic, partition, offset }: Place): string {
  return `${topic}/${partition}@${offset}`;
}

function count(counts: Map<number, number>, id: number): void {
  counts.set(id, (counts.get(id) ?? 0) + 1);
}
