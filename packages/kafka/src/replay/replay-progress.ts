import type { Admin, SeekEntry } from 'kafkajs';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';

/** The offsets of one partition that remain to be read: from `start` up to, but not including, `end`. */
interface Range {
  readonly start: bigint;
  readonly end: bigint;
}

/** The place of one record in a topic. */
export interface RecordPlace {
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
}

/** An answer of kafkajs' `fetchTopicOffsets`. */
type PartitionOffsets = SeekEntry & { readonly high: string; readonly low: string };

/** What remains to be read of a topic: up to its end as of the start. */
export class ReplayProgress {
  /** All partitions of the topic, whether or not there is something to read in them. */
  readonly partitions: readonly number[];
  readonly #topic: string;
  /** The group whose commits count; none for a single record. */
  readonly #groupId: string | undefined;
  readonly #unread: Map<number, Range>;

  private constructor(topic: string, groupId: string | undefined, partitions: readonly number[], unread: Map<number, Range>) {
    this.#topic = topic;
    this.#groupId = groupId;
    this.partitions = partitions;
    this.#unread = unread;
  }

  /**
   * What a group has not committed yet.
   *
   * @throws {KafkaTracingError} `topic_missing`
   */
  static async ofGroup(admin: Admin, groupId: string, topic: string): Promise<ReplayProgress> {
    const all = await offsetsOf(admin, topic);
    const positions = await commitsOf(admin, groupId, topic);
    const unread = all.filter(({ partition, low, high }) => {
      const position = positions.get(partition) ?? -1n;
      // A commit beyond the end is of an earlier topic of this name: all of this one is unread.
      return BigInt(low) < BigInt(high) && position !== BigInt(high);
    });
    return new ReplayProgress(
      topic,
      groupId,
      all.map(({ partition }) => partition),
      new Map(unread.map(({ partition, high }) => [partition, { start: 0n, end: BigInt(high) }])),
    );
  }

  /**
   * One record, regardless of commits.
   *
   * @throws {KafkaTracingError} `topic_missing`, `record_missing`
   */
  static async ofRecord(admin: Admin, topic: string, { partition, offset }: RecordPlace): Promise<ReplayProgress> {
    const all = await offsetsOf(admin, topic);
    const found = all.find((each) => each.partition === partition);
    const start = BigInt(offset);
    if (found === undefined || start < BigInt(found.low) || start >= BigInt(found.high)) throw recordMissing(topic, { partition, offset });
    const partitions = all.map((each) => each.partition);
    return new ReplayProgress(topic, undefined, partitions, new Map([[partition, { start, end: start + 1n }]]));
  }

  get isEmpty(): boolean {
    return this.#unread.size === 0;
  }

  /** For each partition, the end of what remains to be read. */
  get ends(): ReadonlyMap<number, bigint> {
    return new Map([...this.#unread].map(([partition, { end }]) => [partition, end]));
  }

  isRead(partition: number): boolean {
    return !this.#unread.has(partition);
  }

  /** Whether a record is one of those to read. A replayed record may fail and return behind the end. */
  includes(partition: number, offset: string): boolean {
    const range = this.#unread.get(partition);
    return range !== undefined && range.start <= BigInt(offset) && BigInt(offset) < range.end;
  }

  /** Everything up to `offset` was read. */
  passed(partition: number, offset: string): void {
    const range = this.#unread.get(partition);
    if (range !== undefined && BigInt(offset) + 1n >= range.end) this.#unread.delete(partition);
  }

  /**
   * Compares with the current offsets of the topic. Records that retention removed, or that another member of the group committed, are not
   * waited for.
   *
   * @throws {KafkaTracingError} `topic_missing`; `topic_recreated` when the topic ends before its earlier end
   */
  async review(admin: Admin): Promise<void> {
    const now = new Map((await offsetsOf(admin, this.#topic)).map((each) => [each.partition, each]));
    const positions = this.#groupId === undefined ? undefined : await commitsOf(admin, this.#groupId, this.#topic);
    for (const [partition, { end }] of this.#unread) {
      const offsets = now.get(partition);
      if (offsets === undefined || BigInt(offsets.high) < end) throw topicRecreated(this.#topic);
      if (BigInt(offsets.low) >= end || positions?.get(partition) === end) this.#unread.delete(partition);
    }
  }
}

async function offsetsOf(admin: Admin, topic: string): Promise<readonly PartitionOffsets[]> {
  // First, as a request for the offsets of a topic can create it.
  if (!(await admin.listTopics()).includes(topic))
    throw new KafkaTracingError('topic_missing', `The dead-letter topic "${topic}" does not exist, or this client may not see it.`);
  return admin.fetchTopicOffsets(topic);
}

/** Call it after a request for the topic's offsets: kafkajs knows no other topics. */
async function commitsOf(admin: Admin, groupId: string, topic: string): Promise<ReadonlyMap<number, bigint>> {
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
  return new Map(committed?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
}

export function recordMissing(topic: string, { partition, offset }: RecordPlace): KafkaTracingError {
  return new KafkaTracingError('record_missing', `There is no record ${offset} in partition ${partition} of "${topic}".`);
}

export function topicRecreated(topic: string): KafkaTracingError {
  const what = `The topic "${topic}" was deleted and created again while it was read.`;
  return new KafkaTracingError('topic_recreated', `${what} To read the new one from its beginning, use a new group: groupId, or --group.`);
}
