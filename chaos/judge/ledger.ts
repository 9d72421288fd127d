import { Claims } from './claims.ts';
import { logNameOf } from './done-ranges.ts';
import type { CommittedPosition, Entry } from './journal.ts';
import type { SentMessage } from './message.ts';

/** What is known from outside, besides the members' reports. */
export type Sighting = { readonly at: number } &
  /** The broker reports the commit. */
  (
    | ({ readonly kind: 'seen' } & CommittedPosition)
    /** The topic was deleted and created again: an offset stands for another message from now on. */
    | { readonly kind: 'recreated' }
    /** The group works on another cluster from now on, where the messages of this one and `copies` of others have their own offsets. */
    | { readonly kind: 'moved'; readonly incarnation: number; readonly copies: readonly SentMessage[] }
    /** Messages that no member has to handle: an operator removed them, or they were there before a group that starts at the end. */
    | { readonly kind: 'excused'; readonly indexes: readonly number[] }
    /** A member without a journal printed a message; the time is not known. */
    | { readonly kind: 'printed'; readonly index: number }
  );

/** The outcome of a row. */
export interface Outcome {
  readonly sent: number;
  /** Handled messages, each counted once. */
  readonly handled: number;
  /** How often a message was handled, or sent to the dead-letter topic, again. */
  readonly repeated: number;
  readonly deadLettered: number;
  /** Neither handled nor in the dead-letter topic, and no member had to handle it. */
  readonly excused: number;
  /** Neither handled nor in the dead-letter topic, and a member had to handle it. */
  readonly lost: number;
  /** Messages of a key that started for the first time before the one before them was done. */
  readonly outOfOrder: number;
  /** Commits that passed a message that was not done at that time. */
  readonly overtaken: number;
  /** Messages that started again after a commit that claims them was acknowledged. */
  readonly needless: number;
  /** Of members that ended in order. */
  readonly openSpans: number;
  /** The violations, as texts. */
  readonly violations: readonly string[];
}

const namedViolations = 5;

/**
 * Replays the events in the order in which they happened.
 *
 * @param sent all messages, by number
 * @param entries of all members, and of the broker
 * @param deadLetters the messages in the dead-letter topic, by number, as often as they are there
 */
export function outcomeOf(sent: readonly SentMessage[], entries: readonly (Entry | Sighting)[], deadLetters: readonly number[]): Outcome {
  const ledger = new Ledger(sent);
  for (const entry of entries) if (entry.kind === 'printed') ledger.print(entry.index);
  for (const entry of entries.toSorted((one, other) => one.at - other.at)) ledger.take(entry);
  return ledger.close(deadLetters);
}

/** Merges the outcomes of scenes of one fault. */
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

/** The claims of the commits of one log. */
interface Committed {
  readonly claims: Claims;
  /** The claims of acknowledged commits. */
  readonly acknowledged: Set<number>;
  /** By partition, the last commit that the broker reported. */
  readonly seen: Map<number, number>;
}

class Ledger {
  readonly #sent: readonly SentMessage[];
  /** By incarnation. */
  readonly #logs = new Map<number, Committed>();
  /** Of the log that the topic's name stands for now. */
  #log: Committed;
  /** By log fingerprint in the metadata, the incarnation in which a member used it first. */
  readonly #homes = new Map<string, number>();
  /** For each message, the number of the one before it in its key. */
  readonly #previous: ReadonlyMap<number, number>;
  readonly #begun = new Set<number>();
  /** Done in place: handled, in the dead-letter topic, or in a retry topic, from which they must return. */
  readonly #done = new Set<number>();
  /** How often each was handled. */
  readonly #times = new Map<number, number>();
  readonly #excused = new Set<number>();
  /** By member, the partitions and offsets that it reported as blocked by a write. */
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

  /** Its time is not known, so it counts as done before everything else. */
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
      case 'stopped': {
        // A member may try again what it has of a deleted log: where that is not what stands there now, there is nothing to write any more.
        const index = this.#log.claims.at(entry.partition, Number(entry.offset));
        if (index !== undefined && this.#sent[index]?.fate !== 'fine')
          this.#blockedOf(entry.member).add(`${entry.partition}/${entry.offset}`);
        return;
      }
      case 'health':
        if (entry.ok && this.#blockedOf(entry.member).size > 0)
          this.#violations.push(
            `member ${entry.member} was ok while it could not write the record of ${[...this.#blockedOf(entry.member)].join(', ')}`,
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
        // Metadata has no name that distinguishes the two; the messages of the old one are done.
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
        this.#violations.push(`uncaught error: ${entry.error}`);
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
      if (sent[index]?.fate !== 'poison')
        this.#violations.push(`message ${index} is a dead-letter record, although its handler does not fail`);
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

  /** The log of an incarnation, as it was left. @param acknowledged the acknowledged claims when it is new */
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

  /** A commit's claims about this log: a mirror copies metadata of another one. */
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
      this.#violations.push(`message ${index} started before ${before} was done`);
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
      this.#violations.push(`a commit of ${offset} (${metadata ?? ''}) of partition ${partition} claims that ${passed} is done`);
    });
  }

  /** A commit that cannot be decoded is a violation, too. */
  #reading(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#violations.push(String(error));
    }
  }
}

/** For each message, the number of the one before it in its key; none for the first. */
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
