import type { EngineClients } from './port/engine-clients.ts';
import type { GroupMemberListener, GroupMemberPort, MemberBatch } from './port/group-member.ts';
import { isTopicDenied, topicDenied } from './port/kafka-error.ts';
import type { FetchedRecord } from './port/message.ts';
import { partitionKey, type TopicPartition } from './port/topic-partition.ts';

/** Milliseconds without a batch after which what is missing is waited for no longer. */
const patience = 5_000;

/** Why a range may not have been read to its end, behind what was looked for. */
export const notDelivered =
  'was not delivered in time: the broker or the network may be slow, compaction may have taken it, or its transaction was aborted or is open';

/** Offsets of a partition. */
export interface OffsetRange extends TopicPartition {
  readonly start: bigint;
  /** Not included. */
  readonly end: bigint;
}

/** Called for each record of a range. */
export type FoundRecord = (topic: string, partition: number, record: FetchedRecord) => void;

/**
 * Reads ranges of partitions, one of each, in a group of its own that commits nothing.
 *
 * @param groupId of no one else
 * @returns what is left of the ranges that were not read to their end, as `signal` or the time has ended, or the account may not read one
 *   of several topics: records may stand there
 * @throws {KafkaError} `TOPIC_AUTHORIZATION_FAILED` with the name of the topic: there is one only, and the account may not read it
 * @throws what the client throws when the broker does not answer, or a codec is not installed
 */
export async function readRanges(
  clients: EngineClients,
  groupId: string,
  ranges: readonly OffsetRange[],
  signal: AbortSignal | undefined,
  found: FoundRecord,
): Promise<readonly OffsetRange[]> {
  const unread = new Map(ranges.map((range) => [partitionKey(range.topic, range.partition), range]));
  if (unread.size === 0 || signal?.aborted === true) return ranges;
  const reader = new RangeReader(clients, groupId, unread, signal, found);
  let denial: unknown;
  try {
    await reader.read();
  } catch (error) {
    if (!isTopicDenied(error)) throw error;
    denial = error;
  }
  const left = [...unread.values()].map((range) => ({ ...range, start: reader.next(range) }));
  if (denial === undefined) return left;
  const [topic = '', ...others] = topicsOf(ranges);
  if (others.length === 0) throw topicDenied(topic, denial);
  // It has ended the reading of all, and does not say of which topic it is: half of them are read without the other half.
  const topics = topicsOf(left);
  const half = new Set(topics.slice(0, Math.ceil(topics.length / 2)));
  const rest: OffsetRange[] = [];
  for (const part of Map.groupBy(left, (range) => half.has(range.topic)).values())
    try {
      rest.push(...(await readRanges(clients, groupId, part, signal, found)));
    } catch (error) {
      if (!isTopicDenied(error)) throw error;
      rest.push(...part);
    }
  return rest;
}

function topicsOf(ranges: Iterable<OffsetRange>): readonly string[] {
  return [...new Set(Array.from(ranges, ({ topic }) => topic))];
}

class RangeReader {
  readonly #member: GroupMemberPort;
  readonly #unread: Map<string, OffsetRange>;
  readonly #topics: readonly string[];
  readonly #signal: AbortSignal | undefined;
  readonly #found: FoundRecord;
  /** By partition, what is read next. After a rebalance a group begins where it has committed, and this one commits nothing. */
  readonly #next: Map<string, bigint>;
  readonly #ended = Promise.withResolvers<void>();
  #quiet: NodeJS.Timeout | undefined;

  constructor(
    clients: EngineClients,
    groupId: string,
    unread: Map<string, OffsetRange>,
    signal: AbortSignal | undefined,
    found: FoundRecord,
  ) {
    this.#unread = unread;
    this.#topics = topicsOf(unread.values());
    this.#next = new Map(Array.from(unread, ([key, { start }]) => [key, start]));
    this.#signal = signal;
    this.#found = found;
    this.#member = clients.member({ groupId, concurrency: 1, sessionTimeout: 10_000, options: {} });
    // It can reject before it is awaited.
    this.#ended.promise.catch(() => {});
  }

  /** The offset that is read next. */
  next({ topic, partition, start }: OffsetRange): bigint {
    return this.#next.get(partitionKey(topic, partition)) ?? start;
  }

  async read(): Promise<void> {
    const member = this.#member;
    const end = (): void => this.#ended.resolve();
    this.#signal?.addEventListener('abort', end);
    try {
      await member.connect();
      const joining = member.join(this.#topics, this.#listener());
      // What `crashed` tells, it may reject with as well.
      joining.catch((error: unknown) => this.#ended.reject(error));
      if (this.#signal?.aborted !== true) await this.#ended.promise;
    } finally {
      clearTimeout(this.#quiet);
      this.#signal?.removeEventListener('abort', end);
      await member.disconnect();
    }
  }

  #listener(): GroupMemberListener {
    const nothing = (): void => {};
    return {
      assigned: (_memberId, places) => this.#assigned(places),
      batch: (batch) => this.#batch(batch),
      passedEmpty: ({ topic, partition }, lastOffset) => this.#passed(topic, partition, lastOffset),
      unreadable: (error) => error !== undefined && this.#ended.reject(error),
      crashed: (error) => this.#ended.reject(error),
      // Whoever reads the end of a topic once does not care whose it was before.
      replaced: nothing,
      confirmed: nothing,
      suspected: nothing,
      unreadTopics: nothing,
    };
  }

  #assigned(places: readonly TopicPartition[]): void {
    for (const { topic, partition } of places) {
      const key = partitionKey(topic, partition);
      if (this.#unread.has(key)) this.#member.seek({ topic, partition }, String(this.#next.get(key)));
      // Of a partition that nobody asked for, too: kafkajs would fetch it from its beginning, again and again, in place of those asked for.
      else this.#member.pause({ topic, partition });
    }
    // Not anew at each join: a client that gets no records may join again and again.
    this.#quiet ??= setTimeout(() => this.#ended.resolve(), patience);
  }

  async #batch(batch: MemberBatch): Promise<void> {
    const { topic, partition } = batch;
    const range = this.#unread.get(partitionKey(topic, partition));
    if (range === undefined || batch.isStale()) return;
    const next = this.next(range);
    for (const record of batch.messages) {
      const offset = BigInt(record.offset);
      if (offset >= next && offset < range.end) this.#found(topic, partition, record);
    }
    this.#passed(topic, partition, batch.lastOffset);
    batch.resolve(batch.lastOffset);
    await batch.heartbeat();
  }

  #passed(topic: string, partition: number, offset: string): void {
    const key = partitionKey(topic, partition);
    this.#quiet?.refresh();
    if (BigInt(offset) >= (this.#next.get(key) ?? 0n)) this.#next.set(key, BigInt(offset) + 1n);
    const range = this.#unread.get(key);
    if (range === undefined || BigInt(offset) + 1n < range.end) return;
    this.#unread.delete(key);
    this.#member.pause({ topic, partition });
    if (this.#unread.size === 0) this.#ended.resolve();
  }
}
