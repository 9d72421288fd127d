import type { TopicPartition } from '../../port/topic-partition.ts';
import type { FetchedRecords } from './fetched-records.ts';

// Batches that wait behind the one in process: the next ones are fetched meanwhile.
const most = 2;

/** What is to be fetched of one assigned partition, and what was. */
export class PartitionFetches implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  /** Whether its batch is in process. */
  isBusy = false;
  isPaused = false;
  /** Changes when what was fetched before does not count any more. */
  version = 0;
  /** Until the engine has said where it begins, nothing is fetched. */
  #next: bigint | undefined;
  #ready: FetchedRecords[] = [];

  constructor({ topic, partition }: TopicPartition) {
    this.topic = topic;
    this.partition = partition;
  }

  /** The offset to fetch from; `undefined`: nothing is to be fetched now. */
  get wanted(): bigint | undefined {
    return this.isPaused || this.#ready.length >= most ? undefined : this.#next;
  }

  /** Whether it will be fetched again without anything that the engine does. */
  get isFull(): boolean {
    return !this.isPaused && this.#next !== undefined && this.#ready.length >= most;
  }

  /** Whether a batch can begin. */
  get isReady(): boolean {
    return !this.isBusy && !this.isPaused && this.#ready.length > 0;
  }

  /** Goes on at `offset`; a batch in process, a fetch under way and what has been fetched are stale. */
  seek(offset: bigint): void {
    this.version++;
    this.#next = offset;
    this.#ready = [];
  }

  /** A fetch from {@link wanted} has ended. */
  add(records: FetchedRecords): void {
    this.#next = records.lastOffset + 1n;
    this.#ready.push(records);
  }

  take(): FetchedRecords {
    this.isBusy = true;
    return this.#ready.shift() as FetchedRecords;
  }

  /**
   * A batch has ended.
   *
   * @param resolved the last offset that is not to be delivered again; `undefined`: all are
   */
  ended({ fetchedOffset, lastOffset }: FetchedRecords, version: number, resolved: bigint | undefined): void {
    this.isBusy = false;
    if (version !== this.version || resolved === lastOffset) return;
    this.seek(resolved === undefined ? fetchedOffset : resolved + 1n);
  }
}
