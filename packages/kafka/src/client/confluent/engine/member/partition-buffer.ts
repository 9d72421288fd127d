import type { FetchedRecord } from '../../../port/message.ts';
import type { TopicPartition } from '../../../port/topic-partition.ts';
import { asked } from '../binding/client-errors.ts';
import type { FetchedRecords } from './fetched-records.ts';
import type { Consumer } from '../binding/shapes.ts';

// Milliseconds.
const longestSeek = 2_000;
const pauseAfterFailure = 100;

// Bytes that a record costs beside its key and its value.
const perRecord = 70;

// Records of one batch: the other partitions have their turn after it.
const longestBatch = 500;

interface Segment {
  fetchedOffset: bigint | undefined;
  lastOffset: bigint;
  messages: FetchedRecord[];
  bytes: number;
}

/** What the client has delivered of one assigned partition, and where it is to go on. */
export class PartitionBuffer implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  /** Whether its batch is in process. */
  isBusy = false;
  isPaused = false;
  /** Changes when what was delivered before does not count any more. */
  version = 0;
  /** The offset that the client delivers next; `undefined`: the engine has not said where the partition begins. */
  next: bigint | undefined;
  /** Whether the client fetches it. */
  #isFetched = false;
  /** Whether the client must be told to go to {@link next}. */
  #needsSeek = false;
  #segments: Segment[] = [];
  readonly #batchBytes: number;
  #bytes = 0;
  #isFull = false;

  /** @param batchBytes the bytes of a batch; twice as many are taken from the client */
  constructor({ topic, partition }: TopicPartition, batchBytes: number) {
    this.#batchBytes = batchBytes;
    this.topic = topic;
    this.partition = partition;
  }

  /** Whether the client is to fetch it. */
  get isWanted(): boolean {
    return this.next !== undefined && !this.isPaused && !this.#isFull;
  }

  /** Whether what the client delivers counts. */
  get accepts(): boolean {
    return this.#isFetched && !this.#needsSeek;
  }

  /** Whether a batch can begin. */
  get isReady(): boolean {
    return !this.isBusy && !this.isPaused && this.#segments.length > 0;
  }

  /** Goes on at `offset`; a batch in process and what has been delivered are stale. */
  seek(offset: bigint): void {
    this.version++;
    this.next = offset;
    this.#needsSeek = true;
    this.#segments = [];
    this.#count(-this.#bytes);
  }

  /**
   * A record has been delivered.
   *
   * @returns whether it follows those before: the client goes back by itself when its position is not in the log
   */
  add(record: FetchedRecord): boolean {
    const offset = BigInt(record.offset);
    const expected = this.next;
    const last = this.#segments.at(-1);
    const follows = expected === undefined || offset >= expected;
    const bytes = sizeOf(record);
    if (last !== undefined && follows && last.messages.length < longestBatch && last.bytes + bytes <= this.#batchBytes) {
      last.messages.push(record);
      last.lastOffset = offset;
      last.bytes += bytes;
    } else this.#segments.push({ fetchedOffset: offset === expected ? offset : undefined, lastOffset: offset, messages: [record], bytes });
    this.next = offset + 1n;
    this.#count(bytes);
    return follows;
  }

  /** The client is at the end of the partition, whose next record will have `offset` or a later one. */
  ends(offset: bigint): void {
    const from = this.next;
    if (from === undefined || offset <= from) return;
    this.next = offset;
    const last = this.#segments.at(-1);
    if (last === undefined) this.#segments.push({ fetchedOffset: from, lastOffset: offset - 1n, messages: [], bytes: 0 });
    else last.lastOffset = offset - 1n;
  }

  /**
   * Brings the client to where the partition is to go on. No message may be on its way meanwhile.
   *
   * @param again has it be called again: where the client is now is not known, or is not where it is wanted
   */
  async steer(consumer: Pick<Consumer, 'pause' | 'resume' | 'seek'>, again: () => void): Promise<void> {
    const { topic, partition, next, version } = this;
    const place = { topic, partition };
    if (next === undefined || !this.isWanted) {
      if (this.#isFetched) consumer.pause([place]);
      this.#isFetched = false;
    } else if (!this.accepts) {
      try {
        if (!this.#isFetched) consumer.resume([place]);
        this.#isFetched = true;
        this.#needsSeek = true;
        await asked<void>((done) => consumer.seek({ ...place, offset: Number(next) }, longestSeek, done));
        if (this.version === version) this.#needsSeek = false;
        else again();
      } catch {
        setTimeout(again, pauseAfterFailure);
      }
    }
  }

  take(): FetchedRecords {
    const segment = this.#segments.shift() as Segment;
    this.isBusy = true;
    this.#count(-segment.bytes);
    return segment;
  }

  /**
   * A batch has ended: the records behind `resolved` are delivered again.
   *
   * @param resolved the last offset that is not; `undefined`: all are
   */
  ended({ fetchedOffset, lastOffset, messages }: FetchedRecords, version: number, resolved: bigint | undefined): void {
    this.isBusy = false;
    if (version !== this.version || (resolved !== undefined && resolved >= lastOffset)) return;
    const again = resolved === undefined ? [...messages] : messages.filter(({ offset }) => BigInt(offset) > resolved);
    const bytes = again.reduce((sum, record) => sum + sizeOf(record), 0);
    this.#segments.unshift({ fetchedOffset: resolved === undefined ? fetchedOffset : resolved + 1n, lastOffset, messages: again, bytes });
    this.#count(bytes);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#isFull = this.#bytes > this.#batchBytes * (this.#isFull ? 0.5 : 2);
  }
}

function sizeOf({ key, value }: FetchedRecord): number {
  return perRecord + (key?.length ?? 0) + (value?.length ?? 0);
}
