import { setTimeout as wait } from 'node:timers/promises';
import { warnOnce } from '../../core/guard.ts';
import { errorMessage } from '../../core/error-type.ts';
import type { BlockedPartition } from './partition-controller.ts';
import type { OpenedPartition, PartitionOpener } from './partition-opener.ts';
import type { PartitionLog } from './partition-log.ts';
import { partitionKey } from '../../client/record.ts';

// Milliseconds between two tries to open partitions.
const shortest = 100;
const longest = 5_000;

// Milliseconds until partitions are asked about that nothing comes from.
const longestUnseen = 1_000;

// Milliseconds without a fetch in which a topic may have been deleted, created again and filled, so that no fetch fails.
const longestUnfetched = 150;

/** What is asked about together with its batch. */
export interface FetchedBatch {
  /** The offset after its last record. */
  readonly end: bigint;
  /** None of its records is later; milliseconds since the epoch. */
  readonly maxTimestamp: number;
}

/** The partitions that one generation of the group gave to this member, and whether it is known where they go on. */
export class Assignment {
  readonly #logs: ReadonlyMap<string, PartitionLog>;
  readonly #opener: PartitionOpener;
  readonly #opened: (partitions: readonly OpenedPartition[]) => void;
  readonly #ended = new AbortController();
  readonly #reopening = new Map<PartitionLog, Promise<void>>();
  readonly #unopened = new Map<PartitionLog, unknown>();
  #isLooking = false;
  /** Resolves once the partitions are open, or the assignment has ended. */
  readonly ready: Promise<void>;

  /** @param opened told what was found, before any record is handed out */
  constructor(logs: readonly PartitionLog[], opener: PartitionOpener, opened: (partitions: readonly OpenedPartition[]) => void) {
    this.#logs = new Map(logs.map((log) => [partitionKey(log.topic, log.partition), log]));
    this.#opener = opener;
    this.#opened = opened;
    this.ready = this.#open(logs, undefined);
  }

  /** `undefined` for a partition that is not this member's. */
  log(topic: string, partition: number): PartitionLog | undefined {
    return this.#logs.get(partitionKey(topic, partition));
  }

  /** Partitions that hand out nothing, as the broker does not say where they go on. */
  get unopened(): readonly BlockedPartition[] {
    return [...this.#unopened].map(([{ topic, partition, position = -1n }, error]) => {
      return { topic, partition, offset: String(position), reason: 'position_unknown', error, resumesAt: undefined };
    });
  }

  get hasEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  /**
   * Asks the broker again what a partition's name stands for, once something happened in which it may have changed.
   *
   * @param batch where the partition's next batch ends, and its latest time: it was fetched before the answer, and may be of a log that
   * is not there any more; `undefined`: it is fetched again
   */
  async reopen(log: PartitionLog, batch: FetchedBatch | undefined): Promise<void> {
    await this.#reopening.get(log);
    if (!log.isSuspect) return;
    if (batch !== undefined) log.saw(batch.end, batch.maxTimestamp);
    // With all others of which it may be asked: one look at a topic costs the same.
    await this.#reopen(
      this.#suspects().filter(({ topic }) => topic === log.topic),
      batch && log,
    );
  }

  /**
   * Something happened in which topics may have been created again. Partitions that batches come from are asked about before their next
   * record; the others some time later, as a log of the same length as before hands out nothing.
   */
  suspect(): void {
    for (const log of this.#logs.values()) log.isSuspect = true;
    if (!this.#isLooking) void this.#lookLater();
  }

  /** Nothing was fetched for so many milliseconds, from no partition: a fetch waits for all batches of the one before. */
  notFetchedFor(duration: number): void {
    if (duration > longestUnfetched) this.suspect();
  }

  async #lookLater(): Promise<void> {
    this.#isLooking = true;
    await this.ready;
    await wait(longestUnseen, undefined, { signal: this.#ended.signal, ref: false }).catch(() => {});
    this.#isLooking = false;
    if (this.hasEnded) return;
    // Each topic by itself: one that is away must not hold up the others.
    await Promise.all([...Map.groupBy(this.#suspects(), ({ topic }) => topic).values()].map((logs) => this.#reopen(logs, undefined)));
  }

  /** No batch is in process of them: what it brought was read before. */
  #suspects(): readonly PartitionLog[] {
    return [...this.#logs.values()].filter((log) => log.isSuspect && log.tracker === undefined && !this.#reopening.has(log));
  }

  async #reopen(logs: readonly PartitionLog[], withBatch: PartitionLog | undefined): Promise<void> {
    const opening = this.#open(logs, withBatch).finally(() => {
      for (const log of logs) this.#reopening.delete(log);
    });
    for (const log of logs) this.#reopening.set(log, opening);
    await opening;
  }

  /** The group rebalances, or the subscription ends. */
  end(): void {
    this.#ended.abort();
  }

  /** Until it succeeds: a partition whose place is not known hands out nothing. */
  async #open(logs: readonly PartitionLog[], withBatch: PartitionLog | undefined): Promise<void> {
    for (let delay = shortest; !this.hasEnded; delay = Math.min(longest, delay * 2)) {
      // What happens from now on may come too late for the answer.
      for (const log of logs) log.isSuspect = false;
      try {
        const partitions = await this.#opener.open(logs, withBatch, () => !this.hasEnded);
        for (const log of logs) this.#unopened.delete(log);
        this.#opened(partitions);
        return;
      } catch (error) {
        for (const log of logs) {
          log.isSuspect = true;
          this.#unopened.set(log, error);
        }
        warnOnce('opening partitions', `Partitions wait, as it is not known where they go on: ${errorMessage(error)}`, this);
        await wait(delay, undefined, { signal: this.#ended.signal }).catch(() => {});
      }
    }
  }
}
