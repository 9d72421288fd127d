import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { withoutRestart } from './kafkajs/consumer-without-restart.ts';
import { bareFactories } from './port/registration.ts';
import { partitionKey, type TopicPartition } from './record.ts';

/** Milliseconds without a batch after which what is missing will not come: the offsets up to the end hold no record. */
const patience = 5_000;

/** Offsets of a partition. */
export interface OffsetRange extends TopicPartition {
  readonly start: bigint;
  /** Not included. */
  readonly end: bigint;
}

/** Called for each record of a range. */
export type FoundRecord = (topic: string, partition: number, record: KafkaMessage) => void;

/**
 * Reads ranges of partitions, one of each, in a group of its own that commits nothing.
 *
 * @param groupId of no one else
 * @returns what is left of the ranges that were not read to their end
 * @throws what kafkajs throws when the broker does not answer, or a codec is not installed
 */
export async function readRanges(
  kafka: Pick<Kafka, 'consumer'>,
  groupId: string,
  ranges: readonly OffsetRange[],
  signal: AbortSignal | undefined,
  found: FoundRecord,
): Promise<readonly OffsetRange[]> {
  const unread = new Map(ranges.map((range) => [partitionKey(range.topic, range.partition), range]));
  if (unread.size === 0 || signal?.aborted === true) return ranges;
  const reader = new RangeReader(kafka, groupId, unread, signal, found);
  await reader.read();
  return [...unread.values()].map((range) => ({ ...range, start: reader.next(range) }));
}

class RangeReader {
  readonly #consumer: Consumer;
  readonly #unread: Map<string, OffsetRange>;
  readonly #topics: readonly string[];
  readonly #all: readonly OffsetRange[];
  readonly #signal: AbortSignal | undefined;
  readonly #found: FoundRecord;
  /** By partition, what is read next. After a rebalance a group begins where it has committed, and this one commits nothing. */
  readonly #next: Map<string, bigint>;
  readonly #ended = Promise.withResolvers<void>();
  #quiet: NodeJS.Timeout | undefined;

  constructor(
    kafka: Pick<Kafka, 'consumer'>,
    groupId: string,
    unread: Map<string, OffsetRange>,
    signal: AbortSignal | undefined,
    found: FoundRecord,
  ) {
    this.#unread = unread;
    this.#all = [...unread.values()];
    this.#topics = [...new Set(this.#all.map(({ topic }) => topic))];
    this.#next = new Map(this.#all.map(({ topic, partition, start }) => [partitionKey(topic, partition), start]));
    this.#signal = signal;
    this.#found = found;
    this.#consumer = bareFactories(kafka).consumer({
      groupId,
      maxWaitTimeInMs: 500,
      sessionTimeout: 10_000,
      allowAutoTopicCreation: false,
      retry: withoutRestart(undefined),
    });
    // It can reject before it is awaited.
    this.#ended.promise.catch(() => {});
  }

  /** The offset that is read next. */
  next({ topic, partition, start }: OffsetRange): bigint {
    return this.#next.get(partitionKey(topic, partition)) ?? start;
  }

  async read(): Promise<void> {
    const consumer = this.#consumer;
    const end = (): void => this.#ended.resolve();
    this.#signal?.addEventListener('abort', end);
    try {
      await consumer.connect();
      consumer.on(consumer.events.GROUP_JOIN, () => this.#joined());
      consumer.on(consumer.events.CRASH, ({ payload: { error } }) => this.#ended.reject(error));
      // For batches that deliver nothing: control records can be a partition's last.
      consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset, batchSize } }) => {
        if (batchSize === 0) this.#passed(topic, partition, lastOffset);
      });
      await consumer.subscribe({ topics: [...this.#topics], fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatch: (payload) => this.#eachBatch(payload) });
      if (this.#signal?.aborted !== true) await this.#ended.promise;
    } finally {
      clearTimeout(this.#quiet);
      this.#signal?.removeEventListener('abort', end);
      await consumer.disconnect();
    }
  }

  #joined(): void {
    for (const { topic, partition } of this.#all) {
      const key = partitionKey(topic, partition);
      this.#consumer.seek({ topic, partition, offset: String(this.#next.get(key)) });
      if (!this.#unread.has(key)) this.#consumer.pause([{ topic, partitions: [partition] }]);
    }
    // Not anew at each join: a client that gets no records may join again and again.
    this.#quiet ??= setTimeout(() => this.#ended.resolve(), patience);
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { topic, partition } = batch;
    const range = this.#unread.get(partitionKey(topic, partition));
    if (range === undefined || !payload.isRunning() || payload.isStale()) return;
    const next = this.next(range);
    for (const record of batch.messages) {
      const offset = BigInt(record.offset);
      if (offset >= next && offset < range.end) this.#found(topic, partition, record);
    }
    this.#passed(topic, partition, batch.lastOffset());
    await payload.heartbeat();
  }

  #passed(topic: string, partition: number, offset: string): void {
    const key = partitionKey(topic, partition);
    this.#quiet?.refresh();
    if (BigInt(offset) >= (this.#next.get(key) ?? 0n)) this.#next.set(key, BigInt(offset) + 1n);
    const range = this.#unread.get(key);
    if (range === undefined || BigInt(offset) + 1n < range.end) return;
    this.#unread.delete(key);
    this.#consumer.pause([{ topic, partitions: [partition] }]);
    if (this.#unread.size === 0) this.#ended.resolve();
  }
}
