import type { RecordProblem, ReplayOutcome, ReplayReport } from './replay-options.ts';

/** The number of problems that a report lists; the others are counted. */
const listed = 100;

/** Counts the outcomes of the records of a replay. */
export class ReplayTally {
  readonly counts: Record<ReplayOutcome, number> = { replayed: 0, filtered: 0, replayLimitReached: 0, unroutable: 0, failed: 0 };
  traceId: string | undefined;
  readonly #startedAt = performance.now();
  readonly #problems: RecordProblem[] = [];
  readonly #notes = new Set<string>();

  /** Adds a note once. */
  readonly note = (note: string): void => {
    if (this.#notes.size < listed) this.#notes.add(note);
  };

  count(
    outcome: ReplayOutcome,
    { partition, offset }: { readonly partition: number; readonly offset: string },
    reason: string | undefined,
  ): void {
    this.counts[outcome]++;
    if ((outcome === 'unroutable' || outcome === 'failed') && this.#problems.length < listed)
      this.#problems.push({ outcome, partition, offset, reason: reason ?? '' });
  }

  report(ended: ReplayReport['ended'], dryRun: boolean): ReplayReport {
    const durationMs = Math.round(performance.now() - this.#startedAt);
    const { counts, traceId } = this;
    return { ...counts, ended, dryRun, problems: [...this.#problems], notes: [...this.#notes], durationMs, traceId };
  }
}
