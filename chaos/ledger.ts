import { Claims } from './claims.ts';
import type { CommittedPosition, Entry } from './journal.ts';
import type { SentMessage } from './message.ts';

/** What the broker says is committed, beside what members say. */
export type Sighting = { readonly kind: 'seen'; readonly at: number } & CommittedPosition;

/** How a row went. */
export interface Outcome {
  readonly sent: number;
  /** Messages that were handled, each once. */
  readonly handled: number;
  /** How often one was handled, or written as a dead-letter record, again. */
  readonly repeated: number;
  readonly deadLettered: number;
  /** Neither handled nor a dead-letter record. */
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
  for (const entry of entries.toSorted((one, other) => one.at - other.at)) ledger.take(entry);
  return ledger.close(deadLetters);
}

class Ledger {
  readonly #sent: readonly SentMessage[];
  readonly #claims: Claims;
  /** The number of the message in front of each in its key. */
  readonly #previous: ReadonlyMap<number, number>;
  readonly #begun = new Set<number>();
  /** Done with in their place: handled, in the dead-letter topic, or in a retry topic, from which they have to come back. */
  readonly #done = new Set<number>();
  /** How often each was handled. */
  readonly #times = new Map<number, number>();
  /** What acknowledged commits say is done. */
  readonly #acknowledged = new Set<number>();
  /** By partition, what the broker said last. */
  readonly #seen = new Map<number, number>();
  readonly #violations: string[] = [];
  #outOfOrder = 0;
  #overtaken = 0;
  #needless = 0;
  #openSpans = 0;

  constructor(sent: readonly SentMessage[]) {
    this.#sent = sent;
    this.#claims = new Claims(sent);
    this.#previous = previousOfKey(sent);
  }

  take(entry: Entry | Sighting): void {
    switch (entry.kind) {
      case 'begun':
        return this.#begin(entry.index, entry.attempt);
      case 'finished':
        this.#done.add(entry.index);
        this.#times.set(entry.index, (this.#times.get(entry.index) ?? 0) + 1);
        return;
      case 'dead-lettered':
      case 'put-off': {
        const index = this.#claims.at(entry.partition, Number(entry.offset));
        if (index !== undefined) this.#done.add(index);
        return;
      }
      case 'commit-asked':
        return this.#check(entry);
      case 'committed':
        return this.#reading(() => {
          for (const index of this.#claims.news(entry)) this.#acknowledged.add(index);
        });
      case 'seen':
        this.#check(entry);
        if (Number(entry.offset) < (this.#seen.get(entry.partition) ?? 0))
          this.#violations.push(`the commit of partition ${entry.partition} went back to ${entry.offset}`);
        this.#seen.set(entry.partition, Number(entry.offset));
        return;
      case 'crashed':
        this.#violations.push(`a subscription crashed: ${entry.error}`);
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
    const more = this.#violations.length - namedViolations;
    return {
      sent: sent.length,
      handled: this.#times.size,
      repeated: [...this.#times.values()].reduce((sum, often) => sum + often - 1, 0) + deadLetters.length - dead.size,
      deadLettered: dead.size,
      lost: sent.filter(({ index }) => !this.#times.has(index) && !dead.has(index)).length,
      outOfOrder: this.#outOfOrder,
      overtaken: this.#overtaken,
      needless: this.#needless,
      openSpans: this.#openSpans,
      violations: more > 0 ? [...this.#violations.slice(0, namedViolations), `and ${more} more`] : this.#violations,
    };
  }

  #begin(index: number, attempt: number): void {
    const before = this.#previous.get(index);
    if (before !== undefined && !this.#begun.has(index) && !this.#done.has(before)) {
      this.#outOfOrder++;
      this.#violations.push(`message ${index} was begun before ${before} was done`);
    }
    this.#begun.add(index);
    if (attempt === 1 && this.#acknowledged.has(index)) this.#needless++;
  }

  /** Whether a commit claims only what is done at this moment. */
  #check(position: CommittedPosition): void {
    this.#reading(() => {
      const passed = this.#claims.untrue(position, (index) => this.#done.has(index));
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
