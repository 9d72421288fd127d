/**
 * What happened to a dead-letter record:
 * - `replayed`: a broker acknowledged it; in a dry run, it would be sent
 * - `filtered`: the filter does not select it
 * - `alreadyReplayed`: a replay with another filter has sent it, or it was named by its place and sent before
 * - `replayLimitReached`: it was replayed `maxReplays` times before
 * - `unroutable`: there is no topic to send it to, or it does not have its payload; the next replay tries it again
 * - `failed`: it was sent, and the broker rejected it or did not acknowledge it; the next replay tries it again
 */
export type ReplayOutcome = 'replayed' | 'filtered' | 'alreadyReplayed' | 'replayLimitReached' | 'unroutable' | 'failed';

/** What became of one dead-letter record. */
export interface RecordOutcome {
  readonly outcome: ReplayOutcome;
  /** Its place in the dead-letter topic. */
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
  /** The trace that it belongs to, by its headers. */
  readonly traceId: string | undefined;
  /** Where it was sent; in a dry run, where it would be. */
  readonly to: ReplayTarget | undefined;
  /** A sentence that says why it was not sent, and what to do; not for `filtered`. */
  readonly reason: string | undefined;
}

/** Where a record was sent, or would be. */
export interface ReplayTarget {
  readonly topic: string;
  /** `undefined` in a dry run: the key decides. */
  readonly partition: number | undefined;
  /** The offset of the new record, decimal; `undefined` in a dry run. */
  readonly offset: string | undefined;
  /** The one group that handles it; `undefined`: every group of the topic does. */
  readonly groupId: string | undefined;
}

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
  /** The first 1,000 records that the filter selects, in the order in which they were handled. */
  readonly records: readonly RecordOutcome[];
  /** How many records were sent to each topic, or would be. */
  readonly sentTo: Readonly<Record<string, number>>;
  /** The first 100 unroutable and failed records, also those behind the first 1,000. */
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

/** The number of problems, and of records, that a report lists; the others are counted. */
const [listed, detailed] = [100, 1_000];

/** Counts the outcomes of the records of a replay. */
export class ReplayTally {
  readonly counts: Record<ReplayOutcome, number> = {
    replayed: 0,
    filtered: 0,
    alreadyReplayed: 0,
    replayLimitReached: 0,
    unroutable: 0,
    failed: 0,
  };
  traceId: string | undefined;
  readonly #startedAt = performance.now();
  readonly #problems: RecordProblem[] = [];
  readonly #records: RecordOutcome[] = [];
  readonly #sentTo = new Map<string, number>();
  readonly #notes = new Set<string>();

  /** Adds a note once. */
  readonly note = (note: string): void => {
    if (this.#notes.size < listed) this.#notes.add(note);
  };

  count(result: RecordOutcome): void {
    const { outcome, partition, offset, reason, to } = result;
    this.counts[outcome]++;
    if (outcome !== 'filtered' && this.#records.length < detailed) this.#records.push(result);
    if (outcome === 'replayed' && to !== undefined) this.#sentTo.set(to.topic, (this.#sentTo.get(to.topic) ?? 0) + 1);
    if ((outcome === 'unroutable' || outcome === 'failed') && this.#problems.length < listed)
      this.#problems.push({ outcome, partition, offset, reason: reason ?? '' });
  }

  report(ended: ReplayReport['ended'], dryRun: boolean): ReplayReport {
    const durationMs = Math.round(performance.now() - this.#startedAt);
    const { counts, traceId } = this;
    const [records, problems, notes] = [[...this.#records], [...this.#problems], [...this.#notes]];
    return { ...counts, ended, dryRun, records, sentTo: Object.fromEntries(this.#sentTo), problems, notes, durationMs, traceId };
  }
}
