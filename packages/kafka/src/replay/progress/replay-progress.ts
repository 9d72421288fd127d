import { topicEnds, type AdminPort, type PartitionEnds } from '../../client/port/admin.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';
import type { RecordPlace } from '../../dead-letters/dead-letter-filter.ts';
import { entriesOf, everything } from './committed-entries.ts';

/** The offsets of one partition that remain to be read: from `start` up to, but not including, `end`. */
interface Range {
  readonly start: bigint;
  readonly end: bigint;
}

/** What remains to be read of a topic: up to its end as of the start. */
export class ReplayProgress {
  /** All partitions of the topic, whether or not there is something to read in them. */
  readonly partitions: readonly number[];
  readonly #topic: string;
  /** The group whose commits count; none for single records. */
  readonly #groupId: string | undefined;
  readonly #unread: Map<number, Range>;

  private constructor(topic: string, groupId: string | undefined, all: readonly PartitionEnds[], unread: Map<number, Range>) {
    this.#topic = topic;
    this.#groupId = groupId;
    this.partitions = all.map(({ partition }) => partition);
    this.#unread = unread;
  }

  /**
   * What a group has not done yet: behind its commit, and from the first record on that it could not send.
   *
   * @throws {KafkaTracingError} `topic_missing`
   */
  static async ofGroup(admin: AdminPort, groupId: string, topic: string): Promise<ReplayProgress> {
    const all = await offsetsOf(admin, topic);
    const [entries] = await entriesOf(admin, topic, all, [{ id: groupId, plain: everything }]);
    const unread = new Map<number, Range>();
    for (const { partition, low, high } of all) {
      const entry = entries?.get(partition);
      const first = entry?.unsent.find(({ last }) => last >= BigInt(low))?.first ?? entry?.position ?? 0n;
      const range = { start: first > BigInt(low) ? first : BigInt(low), end: BigInt(high) };
      if (range.start < range.end) unread.set(partition, range);
    }
    return new ReplayProgress(topic, groupId, all, unread);
  }

  /**
   * Single records, whatever was committed.
   *
   * @throws {KafkaTracingError} `topic_missing`, `record_missing`
   */
  static async ofRecords(admin: AdminPort, topic: string, places: readonly RecordPlace[]): Promise<ReplayProgress> {
    const all = await offsetsOf(admin, topic);
    const unread = new Map<number, Range>();
    for (const { partition, offset } of places) {
      const found = all.find((each) => each.partition === partition);
      const start = BigInt(offset);
      if (found === undefined || start < BigInt(found.low) || start >= BigInt(found.high))
        throw recordMissing(topic, { partition, offset });
      const range = unread.get(partition) ?? { start, end: start };
      unread.set(partition, { start: start < range.start ? start : range.start, end: start < range.end ? range.end : start + 1n });
    }
    return new ReplayProgress(topic, undefined, all, unread);
  }

  get isEmpty(): boolean {
    return this.#unread.size === 0;
  }

  /** For each partition, the end of what remains to be read. */
  get ends(): ReadonlyMap<number, bigint> {
    return new Map([...this.#unread].map(([partition, { end }]) => [partition, end]));
  }

  /** The first offset to read of a partition that has something to read. */
  startOf(partition: number): bigint | undefined {
    return this.#unread.get(partition)?.start;
  }

  isRead(partition: number): boolean {
    return !this.#unread.has(partition);
  }

  /** Whether what is to be read begins after a record: a client whose position the broker refused starts over by itself. */
  isBehind(partition: number, offset: string): boolean {
    const start = this.startOf(partition);
    return start !== undefined && BigInt(offset) < start;
  }

  /** Whether a record is one of those to read. A replayed record may fail and return behind the end. */
  includes(partition: number, offset: string): boolean {
    const range = this.#unread.get(partition);
    return range !== undefined && range.start <= BigInt(offset) && BigInt(offset) < range.end;
  }

  /** Whether nothing of the partition remains behind `offset`. */
  endsWith(partition: number, offset: string): boolean {
    const range = this.#unread.get(partition);
    return range === undefined || BigInt(offset) + 1n >= range.end;
  }

  /** Everything up to `offset` was read. */
  passed(partition: number, offset: string): void {
    if (this.endsWith(partition, offset)) this.#unread.delete(partition);
  }

  /**
   * Compares with the current offsets of the topic. Records that retention removed, or that another member of the group committed, are not
   * waited for.
   *
   * @throws {KafkaTracingError} `topic_missing`; `topic_recreated` when the topic ends before its earlier end
   */
  async review(admin: AdminPort): Promise<void> {
    const now = new Map((await offsetsOf(admin, this.#topic)).map((each) => [each.partition, each]));
    const groups = this.#groupId === undefined ? [] : [{ id: this.#groupId, plain: everything }];
    const [entries] = await entriesOf(admin, this.#topic, [...now.values()], groups);
    for (const [partition, { end }] of this.#unread) {
      const offsets = now.get(partition);
      if (offsets === undefined || BigInt(offsets.high) < end) throw topicRecreated(this.#topic);
      const entry = entries?.get(partition);
      const isDone = entry !== undefined && entry.position >= end && entry.unsent.length === 0;
      if (BigInt(offsets.low) >= end || isDone) this.#unread.delete(partition);
    }
  }
}

async function offsetsOf(admin: AdminPort, topic: string): Promise<readonly PartitionEnds[]> {
  const ends = await topicEnds(admin, topic);
  if (ends !== undefined) return ends;
  throw new KafkaTracingError('topic_missing', `The dead-letter topic "${topic}" does not exist, or this client may not see it.`);
}

export function recordMissing(topic: string, { partition, offset }: RecordPlace): KafkaTracingError {
  return new KafkaTracingError('record_missing', `There is no record ${offset} in partition ${partition} of "${topic}".`);
}

export function topicRecreated(topic: string): KafkaTracingError {
  const what = `The topic "${topic}" was deleted and created again while it was read.`;
  return new KafkaTracingError('topic_recreated', `${what} To read the new one from its beginning, use a new group: groupId, or --group.`);
}
