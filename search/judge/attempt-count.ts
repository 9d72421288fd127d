import type { Entry } from './journal.ts';

// A member's attempts are forgotten with it, and interrupted attempts do not count: the allowance is far above that.
const tolerance = 3;

/** Counts how often a member starts each record while nothing happens that allows it to start from the first attempt again. */
export class AttemptCount {
  readonly #most: number;
  readonly #begun = new Map<string, number>();

  /** @param limit the most attempts of a record; `undefined`: unlimited, as while a circuit is open */
  constructor(limit: number | undefined) {
    this.#most = limit === undefined ? Infinity : limit * tolerance;
  }

  /** @returns how often the entry's record was started, when that is too often; once */
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
