import { Claims } from './claims.ts';
import { logNameOf } from './done-ranges.ts';
import type { CommittedPosition, Entry } from './journal.ts';
import type { SentMessage } from './message.ts';

/** What is known from outside, beside what members say. */
export type Sighting = { readonly at: number } &
  /** The broker says that it is committed. */
  (
    | ({ readonly kind: 'seen' } & CommittedPosition)
    /** The topic was deleted and created: an offset stands for another message from now on. */
    | { readonly kind: 'recreated' }
    /** The group works on another cluster from now on, where the messages of this one and `copies` of others have places of their own. */
    | { readonly kind: 'moved'; readonly incarnation: number; readonly copies: readonly SentMessage[] }
    /** Messages that no member has to handle: an operator removed them, or they were there before a group that begins at the end. */
    | { readonly kind: 'excused'; readonly indexes: readonly number[] }
    /** A member that keeps no journal printed a message; when it did is not known. */
    | { readonly kind: 'printed'; readonly index: number }
  );

/** How a row went. */
export interface Outcome {
  readonly sent: number;
  /** Messages that were handled, each once. */
  readonly handled: number;
  /** How often one was handled, or written as a dead-letter record, again. */
  readonly repeated: number;
  readonly deadLettered: number;
  /** Neither handled nor a dead letter, and no member had to. */
  readonly excused: number;
  /** Neither handled nor a dead letter, and a member had to. */
  readonly lost: number;
  /** Messages of a key that were begun for the first time before the one in front of them was done. */
  readonly outOfOrder: number;
  /** Commits that passed a message that was not done then. */
  readonly overtaken: number;
  /** Messages that were begun again after a commit that says that they are done was acknowledged. */
  readonly needless: number;
  /** Of members that ended in order. */
  readonly openSpans: number;
  /** What must not be, in words. */
  readonly violations: readonly string[];
}

const namedViolations = 5;

/**
 * Goes through what happened, in the order in which it did.
 *
 * @param sent all messages, by number
 * @param entries of all members, and what the broker said
 * @param deadLetters the messages in the dead-letter topic, by number, as often as they are there
 */
export function outcomeOf(sent: readonly SentMessage[], entries: readonly (Entry | Sighting)[], deadLetters: readonly number[]): Outcome {
  const ledger = new Ledger(sent);
  for (const entry of entries) if (entry.kind === 'printed') ledger.print(entry.index);
  for (const entry of entries.toSorted((one, other) => one.at - other.at)) ledger.take(entry);
  return ledger.close(deadLetters);
}

/** What came of scenes that were one fault. */
export function sumOf(outcomes: readonly Outcome[]): Outcome {
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  return {
    sent: sum(({ sent }) => sent),
    handled: sum(({ handled }) => handled),
    repeated: sum(({ repeated }) => repeated),
    deadLettered: sum(({ deadLettered }) => deadLettered),
    excused: sum(({ excused }) => excused),
    lost: sum(({ lost }) => lost),
    outOfOrder: sum(({ outOfOrder }) => outOfOrder),
    overtaken: sum(({ overtaken }) => overtaken),
    needless: sum(({ needless }) => needless),
    openSpans: sum(({ openSpans }) => openSpans),
    violations: outcomes.flatMap(({ violations }) => violations),
  };
}

/** What commits have said of one log. */
interface Committed {
  readonly claims: Claims;
  /** What acknowledged ones say is done. */
  readonly acknowledged: Set<number>;
  /** By partition, what the broker said last. */
  readonly seen: Map<number, number>;
}

class Ledger {
  readonly #sent: readonly SentMessage[];
  /** By incarnation. */
  readonly #logs = new Map<number, Committed>();
  /** Of the log that the topic's name stands for now. */
  #log: Committed;
  /** By the name that metadata gives to a log, the incarnation in which a member gave it first. */
  readonly #homes = new Map<string, number>();
  /** The number of the message in front of each in its key. */
  readonly #previous: ReadonlyMap<number, number>;
  readonly #begun = new Set<number>();
  /** Done with in their place: handled, in the dead-letter topic, or in a retry topic, from which they have to come back. */
  readonly #done = new Set<number>();
  /** How often each was handled. */
  readonly #times = new Map<number, number>();
  readonly #excused = new Set<number>();
  /** By member, the places at which it has told that a partition waits for a write. */
  readonly #blocked = new Map<number, Set<string>>();
  readonly #violations: string[] = [];
  #incarnation = 0;
  #outOfOrder = 0;
  #overtaken = 0;
  #needless = 0;
  #openSpans = 0;

  constructor(sent: readonly SentMessage[]) {
    this.#sent = sent;
    this.#log = this.#enter(0, new Set());
    this.#previous = previousOfKey(sent);
  }

  /** Known without its time: so it counts as done before anything else is. */
  print(index: number): void {
    this.#done.add(index);
    this.#handle(index);
  }

  take(entry: Entry | Sighting): void {
    switch (entry.kind) {
      case 'begun':
        return this.#begin(entry.index, entry.attempt);
      case 'finished':
        this.#done.add(entry.index);
        return this.#handle(entry.index);
      case 'stopped':
        this.#blockedOf(entry.member).add(`${entry.partition}/${entry.offset}`);
        return;
      case 'health':
        if (entry.ok && this.#blockedOf(entry.member).size > 0)
          this.#violations.push(
            `member ${entry.member} was ok while it could not write of ${[...this.#blockedOf(entry.member)].join(', ')}`,
          );
        return;
      case 'dead-lettered':
      case 'put-off': {
        const index = this.#log.claims.at(entry.partition, Number(entry.offset));
        if (index !== undefined) this.#done.add(index);
        this.#blockedOf(entry.member).delete(`${entry.partition}/${entry.offset}`);
        return;
      }
      case 'commit-asked':
        this.#name(entry);
        return this.#check(entry);
      case 'committed':
        return this.#reading(() => {
          for (const index of this.#log.claims.news(this.#here(entry))) this.#log.acknowledged.add(index);
        });
      case 'seen':
        this.#check(entry);
        if (Number(entry.offset) < (this.#log.seen.get(entry.partition) ?? 0))
          this.#violations.push(`the commit of partition ${entry.partition} went back to ${entry.offset}`);
        this.#log.seen.set(entry.partition, Number(entry.offset));
        return;
      case 'recreated':
        // Metadata does not tell the two apart by a name; what is in the old one is done with.
        this.#homes.clear();
        this.#log = this.#enter(this.#incarnation + 1, this.#log.acknowledged);
        for (const places of this.#blocked.values()) places.clear();
        return;
      case 'moved':
        this.#log = this.#enter(entry.incarnation, new Set());
        this.#log.claims.add(entry.copies);
        return;
      case 'excused':
        for (const index of entry.indexes) {
          this.#done.add(index);
          this.#excused.add(index);
        }
        return;
      case 'crashed':
        this.#violations.push(`a subscription crashed: ${entry.error}`);
        return;
      case 'refused':
        this.#violations.push(`subscribe rejected with ${entry.code}: ${entry.error}`);
        return;
      case 'uncaught':
        this.#violations.push(`an error was left to the process: ${entry.error}`);
        return;
      case 'foreign':
        this.#violations.push(`a handler got a message of ${entry.topic}`);
        return;
      case 'ended':
        this.#openSpans += entry.spansOpen;
        return;
      default:
    }
  }

  close(deadLetters: readonly number[]): Outcome {
    const sent = this.#sent;
    const dead = new Set(deadLetters);
    for (const index of dead)
      if (sent[index]?.fate !== 'poison') this.#violations.push(`message ${index} is a dead-letter record, and nothing was wrong with it`);
    if (this.#openSpans > 0) this.#violations.push(`${this.#openSpans} spans were not ended`);
    const undone = sent.filter(({ index }) => !this.#times.has(index) && !dead.has(index));
    const more = this.#violations.length - namedViolations;
    return {
      sent: sent.length,
      handled: this.#times.size,
      repeated: [...this.#times.values()].reduce((sum, often) => sum + often - 1, 0) + deadLetters.length - dead.size,
      deadLettered: dead.size,
      excused: undone.filter(({ index }) => this.#excused.has(index)).length,
      lost: undone.filter(({ index }) => !this.#excused.has(index)).length,
      outOfOrder: this.#outOfOrder,
      overtaken: this.#overtaken,
      needless: this.#needless,
      openSpans: this.#openSpans,
      violations: more > 0 ? [...this.#violations.slice(0, namedViolations), `and ${more} more`] : this.#violations,
    };
  }

  #handle(index: number): void {
    this.#times.set(index, (this.#times.get(index) ?? 0) + 1);
  }

  /** The log of an incarnation, as it was left. @param acknowledged what counts as acknowledged in one that is new */
  #enter(incarnation: number, acknowledged: Set<number>): Committed {
    this.#incarnation = incarnation;
    let log = this.#logs.get(incarnation);
    if (log === undefined) {
      const claims = new Claims(this.#sent.filter((message) => message.incarnation === incarnation));
      this.#logs.set(incarnation, (log = { claims, acknowledged, seen: new Map() }));
    }
    return log;
  }

  #name({ metadata }: CommittedPosition): void {
    const name = logNameOf(metadata);
    if (name !== undefined && !this.#homes.has(name)) this.#homes.set(name, this.#incarnation);
  }

  /** What a commit says of this log: a mirror copies what the metadata says of another one. */
  #here(position: CommittedPosition): CommittedPosition {
    const home = this.#homes.get(logNameOf(position.metadata) ?? '') ?? this.#incarnation;
    return home === this.#incarnation ? position : { ...position, metadata: null };
  }

  #blockedOf(member: number): Set<string> {
    let places = this.#blocked.get(member);
    if (places === undefined) this.#blocked.set(member, (places = new Set()));
    return places;
  }

  #begin(index: number, attempt: number): void {
    const before = this.#previous.get(index);
    if (before !== undefined && !this.#begun.has(index) && !this.#done.has(before)) {
      this.#outOfOrder++;
      this.#violations.push(`message ${index} was begun before ${before} was done`);
    }
    this.#begun.add(index);
    if (attempt === 1 && this.#log.acknowledged.has(index)) this.#needless++;
  }

  /** Whether a commit claims only what is done at this moment. */
  #check(position: CommittedPosition): void {
    this.#reading(() => {
      const passed = this.#log.claims.untrue(this.#here(position), (index) => this.#done.has(index));
      if (passed === undefined) return;
      this.#overtaken++;
      const { partition, offset, metadata } = position;
      this.#violations.push(`a commit of ${offset} (${metadata ?? ''}) of partition ${partition} says that ${passed} is done`);
    });
  }

  /** What cannot be read of a commit is wrong too. */
  #reading(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#violations.push(String(error));
    }
  }
}

/** The number of the message in front of each in its key; none for the first. */
function previousOfKey(sent: readonly SentMessage[]): ReadonlyMap<number, number> {
  const last = new Map<string, number>();
  const previous = new Map<number, number>();
  for (const { key, index } of sent) {
    const before = last.get(key);
    if (before !== undefined) previous.set(index, before);
    last.set(key, index);
  }
  return previous;
}
