import { randomUUID } from 'node:crypto';
import type { Admin, Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { withoutRestart } from '../../client/consumer-without-restart.ts';
import { partitionKey } from '../../client/record.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';
import type { KafkaClients } from '../../subscribe/subscribe.ts';

/** Milliseconds without a batch after which what is missing will not come: the end of the log is an open transaction. */
const patience = 5_000;

/** How to read. */
export interface Tails {
  readonly topics: readonly string[];
  /** The most records of each partition: its last offsets. */
  readonly last: number;
  readonly signal: AbortSignal | undefined;
}

/** A partition and what of it is read. */
interface Tail {
  readonly topic: string;
  readonly partition: number;
  readonly start: bigint;
  readonly end: bigint;
}

/** What was read. */
export interface TailsRead {
  /** By topic. */
  readonly partitions: ReadonlyMap<string, number>;
  /** By topic, partitions that were not read to their end. */
  readonly unread: ReadonlyMap<string, number>;
}

/**
 * Reads the last records of each partition up to its end as of the start, in a group of its own that commits nothing and is deleted.
 *
 * @throws {KafkaTracingError} `topic_missing`
 * @throws what kafkajs throws when the broker does not answer, or a codec is not installed
 */
export async function readTails(
  kafka: KafkaClients,
  admin: Admin,
  tails: Tails,
  found: (topic: string, partition: number, record: KafkaMessage) => void,
): Promise<TailsRead> {
  const existing = new Set(await admin.listTopics());
  const partitions = new Map<string, number>();
  const unread = new Map<string, Tail>();
  for (const topic of tails.topics) {
    // Asking for the offsets of a topic can create it.
    if (!existing.has(topic))
      throw new KafkaTracingError('topic_missing', `The topic "${topic}" does not exist, or this client may not see it.`);
    const offsets = await admin.fetchTopicOffsets(topic);
    partitions.set(topic, offsets.length);
    for (const { partition, low, high } of offsets) {
      const [lowest, end] = [BigInt(low), BigInt(high)];
      const start = end - BigInt(tails.last) > lowest ? end - BigInt(tails.last) : lowest;
      if (start < end) unread.set(partitionKey(topic, partition), { topic, partition, start, end });
    }
  }
  const groupId = `tracelink-doctor-${randomUUID()}`;
  if (unread.size > 0 && tails.signal?.aborted !== true) {
    await new TailReader(kafka, groupId, unread, tails.signal, found).read();
    // The broker may already have removed a group that never committed.
    await admin.deleteGroups([groupId]).catch(() => {});
  }
  const left = new Map<string, number>();
  for (const { topic } of unread.values()) left.set(topic, (left.get(topic) ?? 0) + 1);
  return { partitions, unread: left };
}

class TailReader {
  readonly #consumer: Consumer;
  readonly #unread: Map<string, Tail>;
  readonly #topics: readonly string[];
  readonly #all: readonly Tail[];
  readonly #signal: AbortSignal | undefined;
  readonly #found: (topic: string, partition: number, record: KafkaMessage) => void;
  readonly #ended = Promise.withResolvers<void>();
  #quiet: NodeJS.Timeout | undefined;

  constructor(
    kafka: KafkaClients,
    groupId: string,
    unread: Map<string, Tail>,
    signal: AbortSignal | undefined,
    found: (topic: string, partition: number, record: KafkaMessage) => void,
  ) {
    this.#unread = unread;
    this.#all = [...unread.values()];
    this.#topics = [...new Set(this.#all.map(({ topic }) => topic))];
    this.#signal = signal;
    this.#found = found;
    this.#consumer = kafka.consumer({
      groupId,
      maxWaitTimeInMs: 500,
      sessionTimeout: 10_000,
      allowAutoTopicCreation: false,
      retry: withoutRestart(undefined),
    });
    // It can reject before it is awaited.
    this.#ended.promise.catch(() => {});
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
    for (const { topic, partition, start } of this.#all) this.#consumer.seek({ topic, partition, offset: String(start) });
    this.#quiet = setTimeout(() => this.#ended.resolve(), patience);
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { topic, partition } = batch;
    const tail = this.#unread.get(partitionKey(topic, partition));
    if (tail === undefined || !payload.isRunning()) return;
    for (const record of batch.messages) {
      const offset = BigInt(record.offset);
      if (offset >= tail.start && offset < tail.end) this.#found(topic, partition, record);
    }
    this.#passed(topic, partition, batch.lastOffset());
    await payload.heartbeat();
  }

  #passed(topic: string, partition: number, offset: string): void {
    const key = partitionKey(topic, partition);
    this.#quiet?.refresh();
    const tail = this.#unread.get(key);
    if (tail === undefined || BigInt(offset) + 1n < tail.end) return;
    this.#unread.delete(key);
    this.#consumer.pause([{ topic, partitions: [partition] }]);
    if (this.#unread.size === 0) this.#ended.resolve();
  }
}
