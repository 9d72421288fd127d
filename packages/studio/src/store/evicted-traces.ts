import type { HeldTrace } from './held-trace.ts';

/** How many are remembered at least. What comes after its trace went comes soon, in most cases: the last spans of a request, or a retry. */
const least = 10_000;
/** How many more there may be before they are cut down to that: all in one loop, as a new one passes over what was deleted before it. */
const more = 1_000;

/** What of a trace went because of a limit. */
export type Lost = Pick<HeldTrace, 'lostSpans' | 'lostLogLines'>;

const nothing: Lost = { lostSpans: false, lostLogLines: 0 };

/**
 * What went of the traces that went last: a trace of which more comes is in memory again, and without this it would look complete.
 * No limit counts the two megabytes that it takes at most, two hundred bytes a trace: it grows when all else shrinks.
 */
export class EvictedTraces {
  /** By trace id, in the order in which they went. */
  readonly #lost = new Map<string, Lost>();

  /** @param trace a trace of which all was dropped */
  add({ traceId, lostSpans, lostLogLines }: HeldTrace): void {
    this.#lost.set(traceId, { lostSpans, lostLogLines });
    if (this.#lost.size <= least + more) return;
    for (const first of this.#lost.keys()) {
      if (this.#lost.size === least) return;
      this.#lost.delete(first);
    }
  }

  /**
   * Forgets it: from then on the trace itself says what it lost.
   *
   * @param traceId a trace that is not in memory
   */
  take(traceId: string): Lost {
    const lost = this.#lost.get(traceId);
    if (lost === undefined) return nothing;
    this.#lost.delete(traceId);
    return lost;
  }
}
