import type { Entry } from './journal.ts';

// Attempts are forgotten with a member, and what was interrupted does not count: what is let pass is far more than that.
const tolerance = 3;

/** Counts how often a member begins each record, while nothing happens by which it may begin from the first attempt again. */
export class AttemptCount {
  readonly #most: number;
  readonly #begun = new Map<string, number>();

  /** @param limit attempts that a record may have; `undefined`: as many as it takes, as while a circuit is open */
  constructor(limit: number | undefined) {
    this.#most = limit === undefined ? Infinity : limit * tolerance;
  }

  /** @returns how often the record of an entry was begun, when that is too often; once */
  take(entry: Entry): number | undefined {
    if (entry.kind === 'begun') {
      const key = `${entry.member} ${entry.id}`;
      const times = (this.#begun.get(key) ?? 0) + 1;
      this.#begun.set(key, times);
      return times === this.#most + 1 ? times : undefined;
    }
    if (restarts.has(entry.kind) || (entry.kind === 'told-blocked' && !entry.reason.endsWith('_unwritable'))) this.#begun.clear();
    return undefined;
  }
}

const restarts: ReadonlySet<Entry['kind']> = new Set([
  'rebalanced',
  'joined',
  'left',
  'created',
  'deleted',
  'truncated',
  'resumed',
  'group-deleted',
]);
