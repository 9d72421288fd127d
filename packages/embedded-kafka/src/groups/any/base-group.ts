import type { FetchedOffset, GroupOffsets, TopicPartition } from './group-offsets.ts';

/** What a group of either protocol has: an id, committed offsets, and those who wait for a change. */
export abstract class BaseGroup {
  readonly groupId: string;
  protected readonly offsets: GroupOffsets;
  readonly #listeners = new Set<() => void>();
  #notifying = false;

  constructor(groupId: string, offsets: GroupOffsets) {
    this.groupId = groupId;
    this.offsets = offsets;
  }

  /** Cancels all timers, and ends the group. */
  abstract close(): void;

  /** Ends this group, which has no members, so that one of the other protocol takes over its offsets. */
  handOver(): GroupOffsets {
    this.close();
    return this.offsets;
  }

  /** The transaction of `producerId` ended: commits or discards its offsets. */
  completeTransaction(producerId: number, commit: boolean): void {
    this.offsets.completeTransaction(producerId, commit);
    this.changed();
  }

  /** See {@link GroupOffsets.fetch}. */
  fetchOffsets(partitions: readonly TopicPartition[] | null, requireStable: boolean): FetchedOffset[] {
    return this.offsets.fetch(partitions, requireStable);
  }

  /** Deletes the offsets of a deleted topic, including those of open transactions. */
  deleteTopic(topic: string): void {
    this.offsets.deleteTopic(topic);
    this.changed();
  }

  /**
   * Calls `listener` in a microtask after the state, members or offsets changed, once for all changes made together.
   *
   * @returns removes the listener
   */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  protected changed(): void {
    if (this.#notifying) return;
    this.#notifying = true;
    queueMicrotask(() => {
      this.#notifying = false;
      for (const listener of this.#listeners) listener();
    });
  }
}
