import { setTimeout as wait } from 'node:timers/promises';
import { warnOnce } from '../../core/guard.ts';
import { errorMessage } from '../../core/error-type.ts';
import { isCoordinatorMoved } from '../../client/port/kafka-error.ts';
import type { BlockedPartition } from './partition-controller.ts';
import type { OpenedPartition, PartitionOpener } from './partition-opener.ts';
import type { PartitionLog } from './partition-log.ts';
import { partitionKey } from '../../client/record.ts';

// Milliseconds between two tries to open partitions.
const shortest = 100;
const longest = 5_000;

// Milliseconds until the broker is asked about partitions without records.
const longestUnseen = 1_000;

// Milliseconds without a fetch in which a topic may have been deleted, created again and filled, so that no fetch fails.
const longestUnfetched = 150;

/** The next batch of a partition, when the broker is asked about both. */
export interface FetchedBatch {
  /** The offset after its last record. */
  readonly end: bigint;
  /** The latest timestamp of its records; milliseconds since the epoch. */
  readonly maxTimestamp: number;
}

/** Called by an assignment. */
export interface AssignmentEvents {
  /** With the findings, before any record is delivered. */
  readonly opened: (partitions: readonly OpenedPartition[]) => void;
  /** A partition delivers nothing from now on, as the broker does not answer where it continues. */
  readonly unopened: (partition: BlockedPartition) => void;
  /** The client commits at a broker that no longer coordinates the group: no partition can be opened until it joins again. */
  readonly misdirected: (error: unknown) => void;
}

/** The partitions that one generation of the group assigned to this member, and whether their positions are known. */
export class Assignment {
  readonly #logs: ReadonlyMap<string, PartitionLog>;
  readonly #opener: PartitionOpener;
  readonly #events: AssignmentEvents;
  readonly #ended = new AbortController();
  readonly #reopening = new Map<PartitionLog, Promise<void>>();
  readonly #unopened = new Map<PartitionLog, unknown>();
  #isLooking = false;
  /** Of which the client was told where they continue: of one that has just joined it is not known where it reads on. */
  readonly #placed = new Set<PartitionLog>();
  /** Resolves once the partitions are open, or the assignment has ended. */
  readonly ready: Promise<void>;

  constructor(logs: readonly PartitionLog[], opener: PartitionOpener, events: AssignmentEvents) {
    this.#logs = new Map(logs.map((log) => [partitionKey(log.topic, log.partition), log]));
    this.#opener = opener;
    this.#events = events;
    this.ready = this.#open(logs, undefined);
    if (logs.length === 0) void this.#watchGroup();
  }

  /** `undefined` for a partition that is not this member's. */
  log(topic: string, partition: number): PartitionLog | undefined {
    return this.#logs.get(partitionKey(topic, partition));
  }

  /** Partitions that deliver nothing, as the broker does not answer where they continue. */
  get unopened(): readonly BlockedPartition[] {
    return [...this.#unopened].map(([log, error]) => unopened(log, error));
  }

  get hasEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  /**
   * Asks the broker again which log a partition's name stands for, after an event in which the log may have been replaced.
   *
   * @param batch the end of the partition's next batch, and its latest timestamp: the batch precedes the answer, and may be of a log that
   * no longer exists; `undefined`: it is fetched again
   */
  async reopen(log: PartitionLog, batch: FetchedBatch | undefined): Promise<void> {
    const { incarnation } = log;
    await this.#reopening.get(log);
    // A batch of a log that was replaced meanwhile says nothing about the next one.
    if (!log.isSuspect || log.incarnation !== incarnation) return;
    if (batch !== undefined) log.saw(batch.end, batch.maxTimestamp);
    // With all others that are due: one query of a topic costs the same.
    await this.#reopen([log, ...this.#suspects().filter(({ topic }) => topic === log.topic)], batch && log);
  }

  /**
   * After an event in which topics may have been created again. Partitions with batches are checked before their next
   * record; the others some time later, as a log of the same length as before delivers nothing.
   */
  suspect(): void {
    this.#doubt([...this.#logs.values()]);
  }

  /** No partition was fetched for this many milliseconds: a fetch waits for all batches of the one before. */
  notFetchedFor(duration: number): void {
    if (duration > longestUnfetched) this.suspect();
  }

  #doubt(logs: readonly PartitionLog[]): void {
    for (const log of logs) log.suspect();
    if (logs.length > 0 && !this.#isLooking) void this.#lookLater();
  }

  async #lookLater(): Promise<void> {
    this.#isLooking = true;
    await this.ready;
    await wait(longestUnseen, undefined, { signal: this.#ended.signal, ref: false }).catch(() => {});
    this.#isLooking = false;
    if (this.hasEnded) return;
    // Each topic by itself: a missing one must not delay the others.
    await Promise.all([...Map.groupBy(this.#suspects(), ({ topic }) => topic).values()].map((logs) => this.#reopen(logs, undefined)));
  }

  /**
   * Those without a batch: a batch was read before, and its member asks about its log by itself before the first record. Records that did not
   * wait for that answer would be committed under it, and their commit be taken for one of the log that it finds.
   */
  #suspects(): readonly PartitionLog[] {
    return [...this.#logs.values()].filter((log) => log.isSuspect && log.occupied === undefined && !this.#reopening.has(log));
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

  /** Until another member has committed, which it does as soon as it has opened its partitions. */
  async #watchGroup(): Promise<void> {
    for (let delay = shortest; !this.hasEnded; delay = Math.min(longest, delay * 2)) {
      if (await this.#opener.isGroupKnown().catch(() => false)) return;
      await wait(delay, undefined, { signal: this.#ended.signal, ref: false }).catch(() => {});
    }
  }

  /** Tries until it succeeds: a partition whose position is not known delivers nothing. */
  async #open(logs: readonly PartitionLog[], withBatch: PartitionLog | undefined): Promise<void> {
    for (let delay = shortest; !this.hasEnded; delay = Math.min(longest, delay * 2)) {
      // An event from now on may come too late for the answer.
      for (const log of logs) log.isSuspect = false;
      try {
        const partitions = await this.#opener.open(logs, withBatch, () => !this.hasEnded);
        for (const log of logs) this.#unopened.delete(log);
        this.#events.opened(partitions.map((each) => (this.#placed.has(each.log) ? each : { ...each, needsSeek: true })));
        const known = new Set(partitions.map(({ log }) => log));
        for (const log of known) this.#placed.add(log);
        // The answer may be of a broker whose metadata lag behind: a client that was told nothing of a partition may never fetch it.
        if (!this.hasEnded) this.#doubt(logs.filter((log) => !known.has(log)));
        return;
      } catch (error) {
        for (const log of logs) {
          log.suspect();
          const isFirst = !this.#unopened.has(log);
          this.#unopened.set(log, error);
          if (isFirst && !this.hasEnded) this.#events.unopened(unopened(log, error));
        }
        warnOnce('opening partitions', `Partitions wait, as it is not known where they go on: ${errorMessage(error)}`, this);
        if (isCoordinatorMoved(error) && !this.hasEnded) this.#events.misdirected(error);
        await wait(delay, undefined, { signal: this.#ended.signal }).catch(() => {});
      }
    }
  }
}

function unopened({ topic, partition, position = -1n }: PartitionLog, error: unknown): BlockedPartition {
  return { topic, partition, offset: String(position), reason: 'position_unknown', error, resumesAt: undefined };
}
