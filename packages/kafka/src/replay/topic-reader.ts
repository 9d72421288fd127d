import { setTimeout as wait } from 'node:timers/promises';
import type { ClientConsumerOptions } from '../client/client-maker.ts';
import type { AdminPort } from '../client/port/admin.ts';
import type { EngineClients } from '../client/port/engine-clients.ts';
import type { GroupMemberListener, GroupMemberPort, MemberBatch } from '../client/port/group-member.ts';
import { kafkaErrorName } from '../client/port/kafka-error.ts';
import type { FetchedRecord } from '../client/port/message.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { GroupGuard } from './progress/group-guard.ts';
import { LogIdentity } from './log-identity.ts';
import type { RecordPlace } from '../dead-letters/dead-letter-filter.ts';
import { ReplayCommits, type CommitSource } from './progress/replay-commits.ts';
import { recordMissing, ReplayProgress, topicRecreated } from './progress/replay-progress.ts';

/** Milliseconds between two heartbeats, or checks of a topic from which no records come. */
const beat = 1_000;
/** Milliseconds: a replay that was killed does not occupy its group for long. */
const sessionTimeout = 10_000;
/** Milliseconds without an answer, behind those for which the client waits before it says so; twice as many where it does not say so. */
const patience = 10_000;

/** How to read the topic. */
export interface Reading {
  readonly topic: string;
  /** The group that is joined. */
  readonly groupId: string;
  /** The group behind whose commits the reader begins. */
  readonly progressOf: string;
  /** What to commit once a record was handled. `undefined`: nothing is committed. */
  readonly commits: CommitSource | undefined;
  /** These records only, and what lies between them; otherwise all behind the group's commit. */
  readonly records: readonly RecordPlace[] | undefined;
  readonly signal: AbortSignal | undefined;
  /** The options of the client's consumer. */
  readonly consumer: ClientConsumerOptions | undefined;
}

/** What happens after a record. */
export interface Next {
  /** Whether it was the last. */
  readonly isLast: boolean;
  /** Whether it was sent: then it is committed before another one is handled. */
  readonly isSent: boolean;
  /** Milliseconds before the next one. */
  readonly pause: number;
}

/** Why the reader ended. */
export type Ended = 'at the end' | 'at the limit' | 'aborted';

/** Handles one record. What it throws ends the reader; the record is then not committed. */
export type HandleRecord = (partition: number, record: FetchedRecord) => Promise<Next>;

/** The position in a partition: the last handled record. */
interface Position {
  readonly offset: string;
  readonly timestamp: string;
  readonly next: Next;
  isCommitted: boolean;
}

/**
 * Reads a topic from its group's commit up to its end as of the start, record by record.
 *
 * @throws {KafkaTracingError} `topic_missing`, `topic_recreated`, `record_missing`, `group_in_use`; what `handle` throws, and the client
 */
export async function readTopic(clients: EngineClients, admin: AdminPort, reading: Reading, handle: HandleRecord): Promise<Ended> {
  const { topic, progressOf, records, signal } = reading;
  const progress = await (records === undefined
    ? ReplayProgress.ofGroup(admin, progressOf, topic)
    : ReplayProgress.ofRecords(admin, topic, records));
  if (signal?.aborted === true) return 'aborted';
  return progress.isEmpty ? 'at the end' : new TopicReader(clients, admin, reading, progress, handle).read();
}

class TopicReader {
  readonly #reading: Reading;
  readonly #admin: AdminPort;
  readonly #progress: ReplayProgress;
  readonly #handle: HandleRecord;
  readonly #member: GroupMemberPort;
  readonly #guard: GroupGuard;
  readonly #commits: ReplayCommits;
  readonly #positions = new Map<number, Position>();
  readonly #ended = Promise.withResolvers<Ended>();
  #isOver = false;
  #hasFailed = false;
  /** Whether something was read since the last check of the topic. */
  #isMoving = false;
  #isLooking = false;
  /** When something was read, or a broker answered about the topic, by `performance.now()`. */
  #answeredAt = performance.now();
  /** Runs while nothing can be read. */
  #unreadable: NodeJS.Timeout | undefined;

  constructor(clients: EngineClients, admin: AdminPort, reading: Reading, progress: ReplayProgress, handle: HandleRecord) {
    this.#reading = reading;
    this.#admin = admin;
    this.#progress = progress;
    this.#handle = handle;
    const { topic, groupId, consumer } = reading;
    this.#member = clients.member({ groupId, concurrency: 1, sessionTimeout, options: consumer ?? {} });
    // It can reject before it is awaited.
    this.#ended.promise.catch(() => {});
    this.#guard = new GroupGuard(groupId, topic, progress.partitions, (error) => this.#fail(error));
    this.#commits = new ReplayCommits(reading.commits, (error) => this.#fail(error));
  }

  async read(): Promise<Ended> {
    const { topic, signal, records } = this.#reading;
    const abort = (): void => this.#end('aborted');
    await this.#guard.beforeJoining(this.#admin);
    const log = await LogIdentity.of(this.#admin, topic, this.#progress.ends);
    signal?.addEventListener('abort', abort);
    const watch = setInterval(() => void this.#watch(), beat);
    try {
      await this.#member.connect();
      await this.#member.join([topic], this.#listener()).catch((error: unknown) => this.#crashed(error));
      if (signal?.aborted === true) abort();
      const ended = await this.#ended.promise;
      if (ended !== 'aborted' && !(await log.isSame())) throw topicRecreated(topic);
      const first = records?.[0];
      if (ended === 'at the end' && first !== undefined && this.#positions.size === 0) throw recordMissing(topic, first);
      return ended;
    } finally {
      this.#isOver = true;
      clearInterval(watch);
      clearTimeout(this.#unreadable);
      this.#guard.stop();
      signal?.removeEventListener('abort', abort);
      await this.#member.disconnect();
    }
  }

  #end(ended: Ended): void {
    this.#isOver = true;
    this.#ended.resolve(ended);
  }

  #fail(error: unknown): void {
    this.#isOver = true;
    this.#hasFailed = true;
    this.#ended.reject(error);
  }

  #listener(): GroupMemberListener {
    const nothing = (): void => {};
    return {
      assigned: (_memberId, places, isLeader) => {
        this.#guard.joined(places, isLeader);
        this.#commits.joined();
        for (const partition of this.#progress.partitions) this.#seek(partition);
      },
      batch: (batch) => this.#batch(batch),
      // Control records can be a partition's last.
      passedEmpty: ({ partition }, lastOffset) => this.#passed(partition, lastOffset),
      replaced: () => this.#fail(topicRecreated(this.#reading.topic)),
      unreadable: (error) => this.#wait(error),
      crashed: (error) => void this.#crashed(error),
      // Offsets are compared with the topic's whenever nothing comes, and at the end.
      suspected: nothing,
      confirmed: nothing,
      unreadTopics: nothing,
    };
  }

  /** After a rebalance, too: a client would begin at the commit, which says nothing of what could not be sent. */
  #seek(partition: number): void {
    const { topic } = this.#reading;
    if (this.#progress.isRead(partition)) return this.#member.pause({ topic, partition });
    const position = this.#positions.get(partition);
    const start = position === undefined ? this.#progress.startOf(partition) : BigInt(position.offset) + (position.isCommitted ? 1n : 0n);
    if (start !== undefined) this.#member.seek({ topic, partition }, String(start));
  }

  /** The client has read nothing for some seconds, and tries for ever; `undefined`: it reads again. */
  #wait(error: unknown): void {
    clearTimeout(this.#unreadable);
    if (error !== undefined) this.#unreadable = setTimeout(() => this.#fail(error), patience);
  }

  /** No records come from a topic that was deleted, or whose records are gone or done; a client would wait for ever. */
  async #watch(): Promise<void> {
    const isMoving = this.#isMoving;
    this.#isMoving = false;
    if (isMoving) this.#answeredAt = performance.now();
    if (isMoving || this.#isOver) return;
    if (performance.now() - this.#answeredAt > 2 * patience) return this.#fail(new Error('The brokers do not answer'));
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#progress.review(this.#admin);
      this.#answeredAt = performance.now();
      this.#endIfRead();
    } catch (error) {
      // Most members detect a broker that does not answer, and know why.
      if (error instanceof KafkaTracingError) this.#fail(error);
    } finally {
      this.#isLooking = false;
    }
  }

  /** Reports a deleted topic in clearer words than the client's. */
  async #crashed(error: unknown): Promise<void> {
    try {
      if (kafkaErrorName(error) === 'UNKNOWN_TOPIC_OR_PARTITION') await this.#progress.review(this.#admin);
      this.#fail(error);
    } catch (cause) {
      this.#fail(cause instanceof KafkaTracingError ? cause : error);
    }
  }

  #passed(partition: number, offset: string): void {
    this.#isMoving = true;
    this.#progress.passed(partition, offset);
    if (this.#progress.isRead(partition)) this.#member.pause({ topic: this.#reading.topic, partition });
    this.#endIfRead();
  }

  #endIfRead(): void {
    if (this.#progress.isEmpty) this.#end('at the end');
  }

  async #batch(batch: MemberBatch): Promise<void> {
    const { topic, partition, messages } = batch;
    for (const record of messages) {
      const before = this.#positions.get(partition);
      await this.#commits.confirm();
      // Until its commit succeeds, nothing else is handled: at most one record per partition is repeated.
      if (before?.next.isSent === true) await this.#commit(batch);
      if (batch.isStale()) return;
      if (this.#isOver) return this.#commitPassed(batch);
      if (this.#progress.isBehind(partition, record.offset)) return this.#seek(partition);
      if (!this.#progress.includes(partition, record.offset)) {
        await this.#commitPassed(batch);
        return this.#passed(partition, record.offset);
      }
      const ahead = before === undefined ? 1n : BigInt(record.offset) - BigInt(before.offset);
      // The record is delivered again after a rebalance, if it was not committed before.
      const repeated = ahead === 0n && before?.timestamp === record.timestamp ? before : undefined;
      if (ahead <= 0n && repeated === undefined) return this.#fail(topicRecreated(topic));
      const next = repeated?.next ?? (await this.#handled(batch, record));
      if (next === undefined) return;
      this.#positions.set(partition, { offset: record.offset, timestamp: record.timestamp, next, isCommitted: false });
      batch.resolve(record.offset);
      const isDue = next.isSent || next.isLast || this.#progress.endsWith(partition, record.offset) || this.#commits.areDue;
      if (isDue) await this.#commit(batch);
      if (next.isLast) return this.#end('at the limit');
      this.#passed(partition, record.offset);
      await this.#pause(batch, next.pause);
      await batch.heartbeat();
    }
    await this.#commitPassed(batch);
    if (this.#isOver) return;
    // The batch may end with control records.
    batch.resolve(batch.lastOffset);
    this.#passed(partition, batch.lastOffset);
  }

  /** @returns `undefined` when it failed, which ended the reader */
  async #handled(batch: MemberBatch, record: FetchedRecord): Promise<Next | undefined> {
    this.#isMoving = true;
    // A record that takes longer than the session must not cost the membership. The next heartbeat after it detects a rebalance.
    const heartbeats = setInterval(() => {
      this.#isMoving = true;
      batch.heartbeat().catch(() => {});
    }, beat);
    try {
      return await this.#handle(batch.partition, record);
    } catch (error) {
      // A filter's failure, say: the next replay continues in front of the record.
      if (error instanceof KafkaTracingError) await this.#commit(batch).catch(() => {});
      this.#fail(error);
      return undefined;
    } finally {
      clearInterval(heartbeats);
    }
  }

  async #commit(batch: MemberBatch): Promise<void> {
    const position = this.#positions.get(batch.partition);
    if (position === undefined || position.isCommitted) return;
    await this.#commits.commit(batch);
    position.isCommitted = true;
  }

  /** Records that were not sent share a commit. A reader that failed may be in another topic by now: it makes none. */
  async #commitPassed(batch: MemberBatch): Promise<void> {
    if (!this.#hasFailed) await this.#commit(batch);
  }

  async #pause(batch: MemberBatch, pause: number): Promise<void> {
    const { signal } = this.#reading;
    for (let left = pause; left > 0 && !this.#isOver; left -= beat) {
      this.#isMoving = true;
      await wait(Math.min(left, beat), undefined, { ...(signal && { signal }) }).catch(() => {});
      await batch.heartbeat();
    }
  }
}
