import type { ErrorName } from '../../core/error-codes.ts';

/** A partition of a topic, as offsets and transactions name it. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** What a consumer commits for one partition. */
export interface OffsetToCommit extends TopicPartition {
  /** The offset of the next record to read. */
  readonly committedOffset: number;
  /** -1 when the consumer does not know it. */
  readonly committedLeaderEpoch: number;
  readonly committedMetadata: string | null;
}

/** An offset in an OffsetFetch response: -1 without an error when none was committed. */
export interface FetchedOffset extends TopicPartition {
  readonly error: ErrorName;
  readonly committedOffset: number;
  readonly committedLeaderEpoch: number;
  readonly metadata: string;
}

interface Commit {
  readonly offset: OffsetToCommit;
  /** Grows with every commit, so that a transaction that ends does not overwrite a later commit. */
  readonly order: number;
}

type Commits = Map<string, Commit>;

/** The committed offsets of one group, and the offsets of its open transactions. */
export class GroupOffsets {
  readonly #metadataMaxBytes: number;
  readonly #committed: Commits = new Map();
  readonly #pending = new Map<number, Commits>();
  #order = 0;

  constructor(metadataMaxBytes: number) {
    this.#metadataMaxBytes = metadataMaxBytes;
  }

  /** Commits offsets. Returns an error for each, in the order given. */
  commit(offsets: readonly OffsetToCommit[]): ErrorName[] {
    return offsets.map((offset) => this.#put(this.#committed, offset));
  }

  /** Keeps the offsets until the transaction of `producerId` ends. */
  commitPending(producerId: number, offsets: readonly OffsetToCommit[]): ErrorName[] {
    const pending = this.#pending.get(producerId) ?? new Map<string, Commit>();
    this.#pending.set(producerId, pending);
    return offsets.map((offset) => this.#put(pending, offset));
  }

  /** Commits the pending offsets of `producerId`, or discards them. */
  completeTransaction(producerId: number, commit: boolean): void {
    const pending = this.#pending.get(producerId);
    this.#pending.delete(producerId);
    if (!commit || pending === undefined) return;
    for (const [key, written] of pending) {
      const before = this.#committed.get(key);
      if (before === undefined || before.order < written.order) this.#committed.set(key, written);
    }
  }

  /**
   * @param partitions null for all partitions that have a committed offset
   * @param requireStable returns UNSTABLE_OFFSET_COMMIT for an offset that an open transaction may change (KIP-447)
   */
  fetch(partitions: readonly TopicPartition[] | null, requireStable: boolean): FetchedOffset[] {
    const asked = partitions ?? Array.from(this.#committed.values(), ({ offset }) => offset);
    return asked.map(({ topic, partition }) => {
      const key = keyOf(topic, partition);
      const nothing = { topic, partition, committedOffset: -1, committedLeaderEpoch: -1, metadata: '' };
      if (requireStable && this.#isPending(key)) return { ...nothing, error: 'UNSTABLE_OFFSET_COMMIT' };
      const offset = this.#committed.get(key)?.offset;
      if (offset === undefined) return { ...nothing, error: 'NONE' };
      const { committedOffset, committedLeaderEpoch, committedMetadata } = offset;
      return { topic, partition, committedOffset, committedLeaderEpoch, metadata: committedMetadata ?? '', error: 'NONE' };
    });
  }

  /** Deletes one committed offset. */
  delete({ topic, partition }: TopicPartition): void {
    this.#committed.delete(keyOf(topic, partition));
  }

  /** Deletes the offsets of a deleted topic, including those of open transactions. */
  deleteTopic(topic: string): void {
    for (const commits of [this.#committed, ...this.#pending.values()]) {
      for (const [key, { offset }] of commits) if (offset.topic === topic) commits.delete(key);
    }
  }

  #put(commits: Commits, offset: OffsetToCommit): ErrorName {
    // Apache Kafka counts characters here too, although the config speaks of bytes.
    if ((offset.committedMetadata?.length ?? 0) > this.#metadataMaxBytes) return 'OFFSET_METADATA_TOO_LARGE';
    this.#order += 1;
    commits.set(keyOf(offset.topic, offset.partition), { offset, order: this.#order });
    return 'NONE';
  }

  #isPending(key: string): boolean {
    for (const commits of this.#pending.values()) if (commits.has(key)) return true;
    return false;
  }
}

/** A topic name cannot contain a slash. */
function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
