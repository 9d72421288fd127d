import { setTimeout as wait } from 'node:timers/promises';
import type { MemberBatch } from '../../client/port/group-member.ts';
import { isCoordinatorMoved, isMembershipRefused } from '../../client/port/kafka-error.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';

/** What is committed for a partition. */
export interface ReplayCommit {
  readonly offset: string;
  readonly metadata: string;
}

/** Milliseconds between the commits of records that need none of their own. */
const interval = 1_000;

/** Milliseconds for which a request may fail. */
const patience = 10_000;

/** Milliseconds before it is tried again. */
const pauseAfterError = 250;

/** Where the commits of a replay come from. */
export interface CommitSource {
  /** What to commit for a partition; `undefined`: nothing. */
  commitOf(partition: number): ReplayCommit | undefined;
  /**
   * Called once the member has joined again, before it reads or commits.
   *
   * @param isOwn whether a commit of the replay's group may be one of this replay
   * @throws {KafkaTracingError} when another replay has committed meanwhile
   */
  ensureUnchanged(isOwn: (partition: number, commit: ReplayCommit) => boolean): Promise<void>;
}

/** Whether two commits say the same. */
export function isSameCommit(one: ReplayCommit, other: ReplayCommit | undefined): boolean {
  return one.offset === other?.offset && one.metadata === other.metadata;
}

/** The commits of a replay: each costs a request, and a record in the brokers' log of commits. */
export class ReplayCommits {
  readonly #source: CommitSource | undefined;
  readonly #fail: (error: unknown) => void;
  /** By partition, what this member has last committed since it joined. */
  readonly #acknowledged = new Map<number, ReplayCommit>();
  /** By partition, what the brokers may have of this replay: the last commit that they acknowledged, and those that were tried since. */
  readonly #tried = new Map<number, readonly ReplayCommit[]>();
  /** How often the member has joined. */
  #joins = 0;
  /** Before how many of these times no other replay has committed. Before the first one it does not matter. */
  #confirmedJoins = 1;
  /** A value of `performance.now()`, as is the next one. */
  #committedAt = performance.now();
  /** When requests began to fail. */
  #failingSince: number | undefined;

  /**
   * @param source `undefined`: nothing is committed
   * @param fail called with the error of requests that fail for too long, and when another replay has committed
   */
  constructor(source: CommitSource | undefined, fail: (error: unknown) => void) {
    this.#source = source;
    this.#fail = fail;
  }

  /** Whether records that need no commit of their own have waited for one long enough. */
  get areDue(): boolean {
    return performance.now() - this.#committedAt >= interval;
  }

  /** The member has joined: when it has done so before, another one may have committed meanwhile. */
  joined(): void {
    this.#joins++;
    this.#acknowledged.clear();
  }

  /** Ensures, once after each time that the member has joined again, that no other replay has committed meanwhile. */
  async confirm(): Promise<void> {
    while (this.#confirmedJoins < this.#joins) {
      const joins = this.#joins;
      const isOwn = (partition: number, commit: ReplayCommit): boolean =>
        this.#tried.get(partition)?.some((each) => isSameCommit(commit, each)) === true;
      await this.#patiently(
        async () => this.#source?.ensureUnchanged(isOwn),
        (error) => error instanceof KafkaTracingError,
      ).catch((error: unknown) => {
        this.#fail(error);
        throw error;
      });
      this.#confirmedJoins = joins;
    }
  }

  /** Commits how far the replay has come in the partition of the batch, unless that is what was committed last. */
  async commit(batch: MemberBatch): Promise<void> {
    const { topic, partition } = batch;
    await this.confirm();
    const commit = this.#source?.commitOf(partition);
    this.#committedAt = performance.now();
    if (commit === undefined || isSameCommit(commit, this.#acknowledged.get(partition))) return;
    this.#tried.set(partition, [...(this.#tried.get(partition) ?? []), commit]);
    // Behind a partition's last record no other one comes that would commit it. What the coordinator refuses the member is not tried again,
    // as the record is handed over again.
    await this.#patiently(
      async () => batch.commit({ topic, partition, ...commit }),
      (error) => batch.isStale() || isMembershipRefused(error) || isCoordinatorMoved(error),
    );
    this.#acknowledged.set(partition, commit);
    this.#tried.set(partition, [commit]);
  }

  /** Repeats a request until the brokers have answered it. @param isFinal whether an error is not to be tried again */
  async #patiently(request: () => Promise<void>, isFinal: (error: unknown) => boolean): Promise<void> {
    for (let isAnswered = false; !isAnswered;) {
      try {
        await request();
        isAnswered = true;
      } catch (error) {
        if (isFinal(error)) throw error;
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
