import { setTimeout as wait } from 'node:timers/promises';
import { warnOnce } from '../../contain.ts';
import { errorMessage } from '../../error-type.ts';
import type { OpenedPartition, PartitionOpener } from './partition-opener.ts';
import type { PartitionLog } from './partition-log.ts';
import { partitionKey } from './topic-partition.ts';

// Milliseconds between two tries to open partitions.
const shortest = 100;
const longest = 5_000;

/** The partitions that one generation of the group gave to this member, and whether it is known where they go on. */
export class Assignment {
  readonly #logs: ReadonlyMap<string, PartitionLog>;
  readonly #opener: PartitionOpener;
  readonly #opened: (partitions: readonly OpenedPartition[]) => void;
  readonly #ended = new AbortController();
  /** Resolves once the partitions are open, or the assignment has ended. */
  readonly ready: Promise<void>;

  /** @param opened told what was found, before any record is handed out */
  constructor(logs: readonly PartitionLog[], opener: PartitionOpener, opened: (partitions: readonly OpenedPartition[]) => void) {
    this.#logs = new Map(logs.map((log) => [partitionKey(log.topic, log.partition), log]));
    this.#opener = opener;
    this.#opened = opened;
    this.ready = this.#open(logs);
  }

  /** `undefined` for a partition that is not this member's. */
  log(topic: string, partition: number): PartitionLog | undefined {
    return this.#logs.get(partitionKey(topic, partition));
  }

  get logs(): Iterable<PartitionLog> {
    return this.#logs.values();
  }

  get hasEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Asks the broker again what a partition's name stands for, once something happened in which it may have changed. */
  async reopen(log: PartitionLog): Promise<void> {
    if (log.isSuspect) await this.#open([log]);
  }

  /** The group assigns anew, or the subscription ends. */
  end(): void {
    this.#ended.abort();
  }

  /** Until it succeeds: a partition whose place is not known hands out nothing. */
  async #open(logs: readonly PartitionLog[]): Promise<void> {
    for (let delay = shortest; !this.hasEnded; delay = Math.min(longest, delay * 2)) {
      try {
        const partitions = await this.#opener.open(logs);
        if (!this.hasEnded) this.#opened(partitions);
        return;
      } catch (error) {
        warnOnce('opening partitions', `Partitions wait, as it is not known where they go on: ${errorMessage(error)}`, this);
        await wait(delay, undefined, { signal: this.#ended.signal }).catch(() => {});
      }
    }
  }
}
