/**
 * What happened to a dead-letter record:
 * - `replayed`: a broker acknowledged it; in a dry run, it would be sent
 * - `filtered`: `filter` rejected it, or it is older than `since`
 * - `replayLimitReached`: it was replayed `maxReplays` times before
 * - `unroutable`: there is no topic to send it to, or it does not have its payload
 * - `failed`: it was sent, and the broker rejected it or did not acknowledge it
 */
export type ReplayOutcome = 'replayed' | 'filtered' | 'replayLimitReached' | 'unroutable' | 'failed';

/** A record that could not be replayed, its place in the dead-letter topic, and the reason. */
export interface RecordProblem {
  readonly outcome: 'unroutable' | 'failed';
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
  /** A sentence that says what to do. */
  readonly reason: string;
}

/** The report of a replay: how many records had each outcome, and more. */
export interface ReplayReport extends Readonly<Record<ReplayOutcome, number>> {
  /** `at the end`: it reached the topic's end as of its start. `at the limit`: it replayed `limit` records. `aborted`: by `signal`. */
  readonly ended: 'at the end' | 'at the limit' | 'aborted';
  /** The first 100 unroutable and failed records. */
  readonly problems: readonly RecordProblem[];
  /** Facts that an operator should know, once each: that every group handles the records, or that a topic looks mirrored. */
  readonly notes: readonly string[];
  /** Whether it was a dry run, which sends and commits nothing. */
  readonly dryRun: boolean;
  /** Milliseconds that the replay took. */
  readonly durationMs: number;
  /** The trace of the replay's own span; `undefined` without an SDK. */
  readonly traceId: string | undefined;
}

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
