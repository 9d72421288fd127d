import { setTimeout as wait } from 'node:timers/promises';
import type { MemberBatch } from '../../client/port/group-member.ts';
import { isCoordinatorMoved, isMembershipRefused } from '../../client/port/kafka-error.ts';

/** What is committed for a partition. */
export interface ReplayCommit {
  readonly offset: string;
  readonly metadata: string;
}

/** Milliseconds between the commits of records that need none of their own. */
const interval = 1_000;

/** Milliseconds for which a commit may fail. */
const patience = 10_000;

/** Milliseconds before a commit is tried again. */
const pauseAfterError = 250;

/** The commits of a replay: each costs a request, and a record in the brokers' log of commits. */
export class ReplayCommits {
  readonly #commitOf: ((partition: number) => ReplayCommit | undefined) | undefined;
  readonly #fail: (error: unknown) => void;
  /** By partition, what this member has last committed since it joined. */
  readonly #acknowledged = new Map<number, ReplayCommit>();
  /** A value of `performance.now()`, as is the next one. */
  #committedAt = performance.now();
  /** When commits began to fail. */
  #failingSince: number | undefined;

  /**
   * @param commitOf what to commit for a partition; `undefined`: nothing is committed
   * @param fail called with the error of commits that fail for too long
   */
  constructor(commitOf: ((partition: number) => ReplayCommit | undefined) | undefined, fail: (error: unknown) => void) {
    this.#commitOf = commitOf;
    this.#fail = fail;
  }

  /** Whether records that need no commit of their own have waited for one long enough. */
  get areDue(): boolean {
    return performance.now() - this.#committedAt >= interval;
  }

  /** The member has joined again: another one may have committed meanwhile. */
  rejoined(): void {
    this.#acknowledged.clear();
  }

  /** Commits how far the replay has come in the partition of the batch, unless that is what was committed last. */
  async commit(batch: MemberBatch): Promise<void> {
    const { partition } = batch;
    const commit = this.#commitOf?.(partition);
    const last = this.#acknowledged.get(partition);
    this.#committedAt = performance.now();
    if (commit === undefined || (commit.offset === last?.offset && commit.metadata === last.metadata)) return;
    await this.#acknowledge(batch, commit);
    this.#acknowledged.set(partition, commit);
  }

  /**
   * Commits until the coordinator has acknowledged it: behind a partition's last record no other one comes that would commit it. What the
   * coordinator refuses the member is not tried again, as the record is handed over again.
   */
  async #acknowledge(batch: MemberBatch, commit: ReplayCommit): Promise<void> {
    const { topic, partition } = batch;
    for (let isAcknowledged = false; !isAcknowledged;) {
      try {
        await batch.commit({ topic, partition, ...commit });
        isAcknowledged = true;
      } catch (error) {
        if (batch.isStale() || isMembershipRefused(error) || isCoordinatorMoved(error)) throw error;
        this.#failingSince ??= performance.now();
        if (performance.now() - this.#failingSince > patience) {
          this.#fail(error);
          throw error;
        }
        await wait(pauseAfterError);
      }
    }
    this.#failingSince = undefined;
  }
}
