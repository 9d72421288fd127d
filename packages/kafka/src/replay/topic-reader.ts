import { bareFactories } from '../client/port/registration.ts';
import { setTimeout as wait } from 'node:timers/promises';
import type { Admin, Consumer, ConsumerConfig, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { withoutRestart } from '../client/kafkajs/consumer-without-restart.ts';
import { errorType } from '../core/error-type.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import type { KafkaClients } from '../subscribe/subscribe.ts';
import { GroupGuard } from './progress/group-guard.ts';
import { LogIdentity } from './log-identity.ts';
import type { RecordPlace } from '../dead-letters/dead-letter-filter.ts';
import { recordMissing, ReplayProgress, topicRecreated } from './progress/replay-progress.ts';

/** Milliseconds between two heartbeats, or checks of a topic from which no records come. */
const beat = 1_000;

/** How to read the topic. */
export interface Reading {
  readonly topic: string;
  /** The group that is joined. */
  readonly groupId: string;
  /** The group behind whose commits the reader begins. */
  readonly progressOf: string;
  /** What to commit for a partition once a record of it was handled. `undefined`: nothing is committed. */
  readonly commitOf: ((partition: number) => { readonly offset: string; readonly metadata: string } | undefined) | undefined;
  /** These records only, and what lies between them; otherwise all behind the group's commit. */
  readonly records: readonly RecordPlace[] | undefined;
  readonly signal: AbortSignal | undefined;
  readonly consumer: Omit<ConsumerConfig, 'groupId'> | undefined;
}

/** What happens after a record. */
export interface Next {
  /** Whether it was the last. */
  readonly isLast: boolean;
  /** Milliseconds before the next one. */
  readonly pause: number;
}

/** Why the reader ended. */
export type Ended = 'at the end' | 'at the limit' | 'aborted';

/** Handles one record. What it throws ends the reader; the record is then not committed. */
export type HandleRecord = (partition: number, record: KafkaMessage) => Promise<Next>;

/** The position in a partition: the last handled record. */
interface Position {
  readonly offset: string;
  readonly timestamp: string;
  isCommitted: boolean;
}

/**
 * Reads a topic from its group's commit up to its end as of the start, record by record.
 *
 * @throws {KafkaTracingError} `topic_missing`, `topic_recreated`, `record_missing`, `group_in_use`; what `handle` throws, and kafkajs
 */
export async function readTopic(kafka: KafkaClients, admin: Admin, reading: Reading, handle: HandleRecord): Promise<Ended> {
  const { topic, progressOf, records, signal } = reading;
  const progress = await (records === undefined
    ? ReplayProgress.ofGroup(admin, progressOf, topic)
    : ReplayProgress.ofRecords(admin, topic, records));
  if (signal?.aborted === true) return 'aborted';
  return progress.isEmpty ? 'at the end' : new TopicReader(kafka, admin, reading, progress, handle).read();
}

class TopicReader {
  readonly #reading: Reading;
  readonly #admin: Admin;
  readonly #progress: ReplayProgress;
  readonly #handle: HandleRecord;
  readonly #consumer: Consumer;
  readonly #guard: GroupGuard;
  readonly #positions = new Map<number, Position>();
  readonly #ended = Promise.withResolvers<Ended>();
  #isOver = false;
  /** Whether something was read since the last check of the topic. */
  #isMoving = false;
  #isLooking = false;

  constructor(kafka: KafkaClients, admin: Admin, reading: Reading, progress: ReplayProgress, handle: HandleRecord) {
    this.#reading = reading;
    this.#admin = admin;
    this.#progress = progress;
    this.#handle = handle;
    const { topic, groupId, consumer } = reading;
    // A short session: a replay that was killed does not occupy its group for long.
    const defaults = { maxWaitTimeInMs: 500, sessionTimeout: 10_000, allowAutoTopicCreation: false };
    // The caller must learn of the failure, and can continue later.
    this.#consumer = bareFactories(kafka).consumer({ ...defaults, ...consumer, retry: withoutRestart(consumer?.retry), groupId });
    // It can reject before it is awaited.
    this.#ended.promise.catch(() => {});
    this.#guard = new GroupGuard(groupId, topic, progress.partitions, (error) => this.#fail(error));
  }

  async read(): Promise<Ended> {
    const { topic, signal, records } = this.#reading;
    const consumer = this.#consumer;
    const abort = (): void => this.#end('aborted');
    await this.#guard.beforeJoining(this.#admin);
    const log = await LogIdentity.of(this.#admin, topic, this.#progress.ends);
    signal?.addEventListener('abort', abort);
    const watch = setInterval(() => void this.#watch(), beat);
    try {
      await consumer.connect();
      this.#listen();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => this.#eachBatch(payload) });
      if (signal?.aborted === true) abort();
      const ended = await this.#ended.promise;
      if (ended !== 'aborted' && !(await log.isSame())) throw topicRecreated(topic);
      const first = records?.[0];
      if (ended === 'at the end' && first !== undefined && this.#positions.size === 0) throw recordMissing(topic, first);
      return ended;
    } finally {
      this.#isOver = true;
      clearInterval(watch);
      this.#guard.stop();
      signal?.removeEventListener('abort', abort);
      await consumer.disconnect();
    }
  }

  #end(ended: Ended): void {
    this.#isOver = true;
    this.#ended.resolve(ended);
  }

  #fail(error: unknown): void {
    this.#isOver = true;
    this.#ended.reject(error);
  }

  #listen(): void {
    const consumer = this.#consumer;
    const { topic } = this.#reading;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.#guard.joined(payload);
      for (const partition of this.#progress.partitions) this.#seek(partition);
      const read = this.#progress.partitions.filter((partition) => this.#progress.isRead(partition));
      consumer.pause([{ topic, partitions: read }]);
    });
    // For batches that deliver nothing: control records can be a partition's last.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset, batchSize } }) => {
      if (batchSize === 0) this.#passed(partition, lastOffset);
    });
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) => void this.#crashed(error));
  }

  /** After a rebalance, too: a client would begin at the commit, which says nothing of what could not be sent. */
  #seek(partition: number): void {
    const position = this.#positions.get(partition);
    const start = position === undefined ? this.#progress.startOf(partition) : BigInt(position.offset) + (position.isCommitted ? 1n : 0n);
    if (start !== undefined) this.#consumer.seek({ topic: this.#reading.topic, partition, offset: String(start) });
  }

  /** No records come from a topic that was deleted, or whose records are gone or done; kafkajs would wait for ever. */
  async #watch(): Promise<void> {
    const isMoving = this.#isMoving;
    this.#isMoving = false;
    if (isMoving || this.#isOver || this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#progress.review(this.#admin);
      this.#endIfRead();
    } catch (error) {
      // The consumer detects a broker that does not answer.
      if (error instanceof KafkaTracingError) this.#fail(error);
    } finally {
      this.#isLooking = false;
    }
  }

  /** Reports a deleted topic in clearer words than kafkajs'. */
  async #crashed(error: Error): Promise<void> {
    try {
      if (errorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION') await this.#progress.review(this.#admin);
      this.#fail(error);
    } catch (cause) {
      this.#fail(cause instanceof KafkaTracingError ? cause : error);
    }
  }

  #passed(partition: number, offset: string): void {
    this.#isMoving = true;
    this.#progress.passed(partition, offset);
    if (this.#progress.isRead(partition)) this.#consumer.pause([{ topic: this.#reading.topic, partitions: [partition] }]);
    this.#endIfRead();
  }

  #endIfRead(): void {
    if (this.#progress.isEmpty) this.#end('at the end');
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    for (const record of messages) {
      await this.#commit(payload);
      if (this.#isOver || !payload.isRunning() || payload.isStale()) return;
      if (!this.#progress.includes(partition, record.offset)) return this.#passed(partition, record.offset);
      const before = this.#positions.get(partition);
      const ahead = before === undefined ? 1n : BigInt(record.offset) - BigInt(before.offset);
      // The record is delivered again after a rebalance, if the rebalance rejected its commit.
      const isRepeated = ahead === 0n && before?.timestamp === record.timestamp;
      if (ahead <= 0n && !isRepeated) return this.#fail(topicRecreated(topic));
      const next = isRepeated ? { isLast: false, pause: 0 } : await this.#handled(payload, record);
      if (next === undefined) return;
      this.#positions.set(partition, { offset: record.offset, timestamp: record.timestamp, isCommitted: false });
      payload.resolveOffset(record.offset);
      await this.#commit(payload);
      if (next.isLast) return this.#end('at the limit');
      this.#passed(partition, record.offset);
      await this.#pause(payload, next.pause);
      await payload.heartbeat();
    }
    // The batch may end with control records.
    if (!this.#isOver) this.#passed(partition, payload.batch.lastOffset());
  }

  /** @returns `undefined` when it failed, which ended the reader */
  async #handled(payload: EachBatchPayload, record: KafkaMessage): Promise<Next | undefined> {
    this.#isMoving = true;
    // A record that takes longer than the session must not cost the membership. The next heartbeat after it detects a rebalance.
    const heartbeats = setInterval(() => {
      this.#isMoving = true;
      payload.heartbeat().catch(() => {});
    }, beat);
    try {
      return await this.#handle(payload.batch.partition, record);
    } catch (error) {
      this.#fail(error);
      return undefined;
    } finally {
      clearInterval(heartbeats);
    }
  }

  /** A record is handled only after the one before was committed, so that at most one record per partition is repeated. */
  async #commit(payload: EachBatchPayload): Promise<void> {
    const { topic, partition } = payload.batch;
    const position = this.#positions.get(partition);
    if (position === undefined || position.isCommitted) return;
    const commit = this.#reading.commitOf?.(partition);
    if (commit !== undefined) await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, ...commit }] }] });
    position.isCommitted = true;
  }

  async #pause(payload: EachBatchPayload, pause: number): Promise<void> {
    const { signal } = this.#reading;
    for (let left = pause; left > 0 && !this.#isOver; left -= beat) {
      this.#isMoving = true;
      await wait(Math.min(left, beat), undefined, { ...(signal && { signal }) }).catch(() => {});
      await payload.heartbeat();
    }
  }
}
