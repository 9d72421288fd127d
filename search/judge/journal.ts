import { afterLoadTime } from './load-clock.ts';
import type { Fate } from '../plan/plan.ts';

/** The position of a record, in the log that its topic has at that time. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** An event. The order of the entries is the order of the events: all of them are in one process. */
export type Entry =
  /** A topic has a new, empty log, also when one of its name was deleted before. */
  | { readonly kind: 'created'; readonly topic: string }
  | { readonly kind: 'deleted'; readonly topic: string }
  /** Kafka removed the records below an offset. */
  | ({ readonly kind: 'truncated' } & Place)
  | ({ readonly kind: 'sent'; readonly id: number; readonly key: number; readonly fate: Fate } & Place)
  /** In a transaction that was aborted: no member may handle it. */
  | { readonly kind: 'aborted'; readonly id: number }
  | { readonly kind: 'joined'; readonly member: string }
  /** From here on the member may not handle anything: it drains, crashed, was killed or expired. */
  | { readonly kind: 'left'; readonly member: string }
  /** Partitions may have other owners from here on. */
  | { readonly kind: 'rebalanced' }
  | { readonly kind: 'begun'; readonly member: string; readonly id: number }
  | { readonly kind: 'failed'; readonly member: string; readonly id: number }
  | { readonly kind: 'handled'; readonly member: string; readonly id: number }
  /** A member's listeners were called for a dead-letter record. */
  | { readonly kind: 'told-dead-letter'; readonly member: string; readonly id: number }
  /** A dead-letter or retry topic has the record. */
  | ({ readonly kind: 'dead-lettered' | 'delayed'; readonly id: number } & Place)
  /** A member requests a commit of an offset, whether the broker accepts it or not. */
  | ({ readonly kind: 'committing' } & Place)
  /** A broker has a commit. */
  | ({ readonly kind: 'committed' } & Place)
  /** A member's listeners were called for a blocked partition; `ok` is its health at that time. */
  | ({ readonly kind: 'told-blocked'; readonly member: string; readonly reason: string; readonly ok: boolean } & Place)
  /** A member was ok between two reports that the same write blocks a partition. */
  | ({ readonly kind: 'ok-while-blocked'; readonly member: string } & Place)
  /** The user called a member's `resume()`. */
  | { readonly kind: 'resumed'; readonly member: string }
  /** An operator deleted the group, which had no members: its commits are gone. */
  | { readonly kind: 'group-deleted' }
  /** A violation in itself. */
  | { readonly kind: 'wrong'; readonly violation: Violation };

/** A violation. */
export interface Violation {
  readonly kind:
    | 'lost'
    | 'undelivered'
    | 'order'
    | 'commit'
    | 'told'
    | 'health'
    | 'spans'
    | 'stray'
    | 'unsettled'
    | 'aborted'
    | 'attempts'
    | 'frozen'
    | 'harness';
  /** As a text. */
  readonly text: string;
}

/** Takes entries, and notifies those who wait for a condition. */
export class Journal {
  readonly #entries: Entry[] = [];
  readonly #takers: ((entry: Entry) => void)[] = [];
  readonly #waiting = new Set<() => void>();

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  onEntry(taker: (entry: Entry) => void): void {
    this.#takers.push(taker);
  }

  write(entry: Entry): void {
    this.#entries.push(entry);
    for (const taker of this.#takers) taker(entry);
    for (const look of this.#waiting) look();
  }

  wrong(kind: Violation['kind'], text: string): void {
    this.write({ kind: 'wrong', violation: { kind, text } });
  }

  /**
   * Checks `holds` after each entry, and a few times a second as not everything is recorded, until it is true.
   *
   * @param after how the milliseconds are measured
   * @returns whether it did in time
   */
  async until(holds: () => boolean, ms: number, after = afterLoadTime): Promise<boolean> {
    if (holds()) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const look = (): void => {
      if (holds()) resolve(true);
    };
    this.#waiting.add(look);
    const looks = setInterval(look, 20);
    const endLimit = after(ms, () => resolve(holds()));
    try {
      return await promise;
    } finally {
      this.#waiting.delete(look);
      clearInterval(looks);
      endLimit();
    }
  }
}
