import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { GroupMemberListener, MemberBatch } from '../client/port/group-member.ts';
import { isExpulsion, isMembershipRefused } from '../client/port/kafka-error.ts';
import type { FetchedRecord } from '../client/port/message.ts';
import { guard } from '../core/guard.ts';
import { BatchDeadline } from './attempt/batch-deadline.ts';
import { fetched, isFetchedElsewhere } from './batch/batch-start.ts';
import { consumeBatch, type PartitionStop } from './batch/consume-batch.ts';
import { PartitionCommits } from './batch/partition-commits.ts';
import { Assignment } from './partitions/assignment.ts';
import { Membership } from './partitions/membership.ts';
import type { BlockedPartition } from './partitions/partition-controller.ts';
import type { Delivery } from './partitions/delivery.ts';
import { PartitionLog } from './partitions/partition-log.ts';
import { partitionKey, type TopicPartition } from '../client/record.ts';
import type { GroupMemberParts } from './group-member-parts.ts';

/** The batch of the running handler, so that a drain that a handler awaits does not wait for it. */
const batchInHandler = new AsyncLocalStorage<BatchDeadline>();

/** A member of a consumer group: joins, opens its assigned partitions, and processes the batches that the client fetches. */
export class GroupMember<V> {
  readonly #parts: GroupMemberParts<V>;
  readonly #membership: Membership;
  readonly #logs = new Map<string, PartitionLog>();
  readonly #deadlines = new Set<BatchDeadline>();
  readonly #joined = Promise.withResolvers<void>();
  /** The caller has time to add listeners before the first event. */
  readonly #listenedTo = this.#joined.promise.then(() => turnOfLoop()).catch(() => {});
  #assignment: Assignment | undefined;
  #isRunning = false;
  #isPaused = false;
  /** Why the client cannot read. */
  #unreadable: unknown;
  #hasEnded = false;

  constructor(parts: GroupMemberParts<V>) {
    this.#parts = parts;
    this.#membership = new Membership(parts.member.timing.sessionTimeout);
  }

  /** Whether the group has been joined, no crash came since, its coordinator keeps confirming it, and the client can read. */
  get isRunning(): boolean {
    return this.#isRunning && this.#unreadable === undefined && this.#membership.unconfirmedFor < this.#longestUnconfirmed;
  }

  get #longestUnconfirmed(): number {
    const { longestFetch, heartbeatInterval, sessionTimeout } = this.#parts.member.timing;
    return Math.min(sessionTimeout, Math.max(sessionTimeout / 2, 2 * (longestFetch + heartbeatInterval)));
  }

  /** Partitions that deliver nothing, as the broker does not answer where they continue. */
  get unopened(): readonly BlockedPartition[] {
    return this.#assignment?.unopened ?? [];
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** The batches in process. */
  get deadlines(): ReadonlySet<BatchDeadline> {
    return this.#deadlines;
  }

  /** The batch whose handler the caller is, if it is one. */
  get callingBatch(): BatchDeadline | undefined {
    const calling = batchInHandler.getStore();
    return calling !== undefined && this.#deadlines.has(calling) ? calling : undefined;
  }

  /** @returns when the group is joined, and every partition has a commit @throws the error of joining */
  async join(): Promise<void> {
    this.#joined.promise.catch(() => {});
    await this.#parts.member.join(this.#parts.topics, this.#listener());
    await this.#joined.promise;
  }

  #listener(): GroupMemberListener {
    const { crashed, said } = this.#parts;
    return {
      assigned: (memberId, places) => this.#assigned(memberId, places),
      batch: (batch) => this.#onBatch(batch),
      passedEmpty: (place, lastOffset) => guard('committing', () => this.#passEmptyBatch(place, lastOffset), this),
      confirmed: () => this.#membership.confirm(),
      suspected: () => this.#assignment?.suspect(),
      replaced: (topic, id) => {
        for (const log of this.#logs.values()) if (log.topic === topic) log.replacedBy(id);
        this.#assignment?.suspect();
      },
      unreadable: (error) => {
        this.#unreadable = error;
        if (error !== undefined) said({ error }, 'The client cannot read its partitions: it tries again');
      },
      unreadTopics: (topics) => said({ topics }, 'Members of the group read different topics: these have partitions that no member reads'),
      crashed: (error, restarts) => {
        this.#isRunning = false;
        if (this.#hasEnded) return;
        this.#joined.reject(error);
        crashed(error, restarts);
      },
    };
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  /** Starts nothing more, and ends running handlers. */
  end(reason: Error, limits: { readonly grace: number; readonly timeout: number }): void {
    this.#hasEnded = true;
    this.#assignment?.end();
    for (const deadline of this.#deadlines) deadline.end(reason, limits);
  }

  /** A partition was not fetched for a while, in which its topic may have been created again. */
  suspect({ topic, partition }: TopicPartition): void {
    this.#logs.get(partitionKey(topic, partition))?.suspect();
  }

  #assigned(memberId: string, places: readonly TopicPartition[]): void {
    const { settings, opener, controller, circuit, gauges, opened, unopened, said } = this.#parts;
    if (this.#hasEnded) return;
    const before = this.#membership.joined(memberId);
    this.#assignment?.end();
    // A client may join again while batches are in process: their partitions may be another member's now.
    for (const deadline of this.#deadlines) deadline.end(new Error('The partition was reassigned'), settings.drain);
    if (before !== undefined)
      said({ memberId, before }, 'Joined the group as another member; until its session ends the one before may hold partitions');
    circuit?.reassigned();
    const logs = places.map(({ topic, partition }) => this.#log(topic, partition));
    const assignment = new Assignment(logs, opener, { opened, unopened, misdirected: (error) => this.#misdirected(error) });
    this.#assignment = assignment;
    const isOurs = ({ topic, partition }: TopicPartition): boolean => assignment.log(topic, partition) !== undefined;
    gauges.keep(isOurs);
    controller.assigned(isOurs);
    void assignment.ready.then(() => {
      if (assignment.hasEnded) return;
      this.#isRunning = true;
      this.#joined.resolve();
    });
  }

  /** Has the client join again: by the error of its batches, if there are any. */
  #misdirected(error: unknown): void {
    if (this.#deadlines.size === 0) this.#parts.member.rejoin();
    for (const deadline of this.#deadlines) this.#lose(deadline, error);
  }

  #lose(deadline: BatchDeadline, error: unknown): void {
    deadline.lose(error, this.#parts.settings.drain);
    if (isMembershipRefused(error)) this.#refused(error);
  }

  #refused(error: unknown): void {
    if (!this.#membership.isRefused && isExpulsion(error)) {
      const inFlight = [...this.#deadlines].flatMap(({ attempts }) => [...attempts].map((attempt) => attempt.describe(performance.now())));
      this.#parts.expelled(inFlight);
    }
    this.#membership.refused();
  }

  #log(topic: string, partition: number): PartitionLog {
    const key = partitionKey(topic, partition);
    let log = this.#logs.get(key);
    if (log === undefined) this.#logs.set(key, (log = new PartitionLog(topic, partition, this.#parts.retrySources.get(topic))));
    return log;
  }

  async #onBatch(batch: MemberBatch): Promise<void> {
    const assignment = this.#assignment;
    const log = assignment?.log(batch.topic, batch.partition);
    if (assignment === undefined || log === undefined) return;
    const { settings, member } = this.#parts;
    const deadline = new BatchDeadline(async () => {
      const asked = this.#assignment;
      try {
        await batch.heartbeat();
      } catch (error) {
        // The group rebalances, or has forgotten us: completed records are committed, then the member joins again. Heard after it has joined, the
        // answer says nothing of the new generation, and no join would follow.
        if (this.#assignment === asked) this.#lose(deadline, error);
        throw error;
      }
    }, settings.retry.attemptTimeout);
    const every = member.timing.heartbeatInterval / 2;
    const beats = setInterval(() => void deadline.heartbeat().catch(() => {}), every);
    this.#deadlines.add(deadline);
    const startedAt = performance.now();
    let failure: { readonly error: unknown } | undefined;
    try {
      // A batch that waits after its partition was lost may need the client to join again, which the client does once the batch has ended.
      await Promise.race([Promise.all([assignment.ready, this.#listenedTo]), deadline.lost]);
      // A revoked batch may still be in process: its records are not started a second time.
      await log.occupied;
      log.occupied = deadline.closed;
      const { incarnation } = log;
      // A batch that was not fetched from the position does not show which records are in between.
      const brought = isFetchedElsewhere(batch, log.position) ? undefined : fetched(batch);
      if (!batch.isStale()) await Promise.race([assignment.reopen(log, brought), deadline.lost]);
      // A drain lets the batch end, and commit.
      const isCurrent = (): boolean => this.#assignment === assignment;
      const begins = deadline.loss === undefined && !assignment.hasEnded && !batch.isStale() && log.incarnation === incarnation;
      if (begins) await this.#consume(batch, log, deadline, isCurrent);
    } catch (error) {
      failure = { error };
      if (this.#assignment === assignment && isMembershipRefused(error)) this.#refused(error);
    } finally {
      clearInterval(beats);
      deadline.close();
      if (log.occupied === deadline.closed) log.occupied = undefined;
      this.#deadlines.delete(deadline);
      this.#assignment?.notFetchedFor(performance.now() - startedAt);
    }
    const thrown = deadline.loss ?? failure;
    if (thrown !== undefined) throw thrown.error;
  }

  async #consume(batch: MemberBatch, log: PartitionLog, deadline: BatchDeadline, isCurrent: () => boolean): Promise<void> {
    const { topic } = batch;
    const { controller, settings, runner, circuit } = this.#parts;
    if (this.#isPaused) {
      controller.hold(log, 'paused');
      return;
    }
    if (log.position !== undefined && isFetchedElsewhere(batch, log.position)) {
      controller.seek(log, log.position);
      return;
    }
    const parts = {
      options: settings,
      runner,
      circuit,
      membership: this.#membership,
      log,
      deadline,
      commits: this.#commitsOf(batch, log, isCurrent),
      isCurrent,
      isPaused: () => this.#isPaused,
      isForeign: (message: FetchedRecord) => this.#parts.isForeign(topic, message),
      settled: (delivery: Delivery) => {
        // Records of other keys may still be settled while the write fails.
        if (log.failedWrites > 0 && controller.unblock(delivery)) log.failedWrites = 0;
      },
      refused: (error: unknown) => {
        if (isMembershipRefused(error) && isCurrent()) this.#lose(deadline, error);
      },
      stopped: (stop: PartitionStop) => this.#stop(log, stop),
    };
    return batchInHandler.run(deadline, () => consumeBatch(batch, parts));
  }

  #commitsOf(batch: MemberBatch, log: PartitionLog, isCurrent: () => boolean): PartitionCommits {
    const { opener, gauges } = this.#parts;
    return new PartitionCommits({
      log,
      opener,
      gauges,
      highWatermark: batch.highWatermark,
      isCurrent,
      send: (position) => batch.commit(position),
    });
  }

  #stop(log: PartitionLog, stop: PartitionStop): void {
    const { controller, circuit, blocked } = this.#parts;
    const { topic, partition } = log;
    if (stop.kind === 'circuit_open') {
      // A probe may be due, or over, by now: the commit took its time. Then the next fetch delivers the record again.
      if (circuit?.admits(log) !== true) controller.hold(log, 'circuit-open');
      return;
    }
    if (stop.kind === 'delayed') controller.delay({ topic, partition, offset: stop.offset, resumesAt: stop.until });
    else blocked(log, stop);
    circuit?.leave(log);
  }

  #passEmptyBatch({ topic, partition }: TopicPartition, lastOffset: string): void {
    const log = this.#assignment?.log(topic, partition);
    if (log?.passEmpty(BigInt(lastOffset)) !== true) return;
    this.#parts.gauges.passed(log);
    // What is not committed now is committed with the next batch.
    this.#parts.opener.commit([log]).catch(() => {});
  }
}
