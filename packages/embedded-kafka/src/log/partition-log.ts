import type { Clock } from '../core/clock.ts';
import type { ErrorName, ApiError } from '../core/error-codes.ts';
import { type BatchHeader, isTransactional } from '../records/batch-header.ts';
import { type BatchLimits, checkBatch } from '../records/check-batch.ts';
import { encodeControlBatch } from '../records/encode-batch.ts';
import { type DecodedRecord, decodeBatch } from '../records/decode-batch.ts';
import {
  type AppendOptions,
  type AppendResult,
  appended,
  rejected,
  type IsolationLevel,
  outOfRange,
  type ReadRequest,
  type ReadResult,
} from './log-requests.ts';
import { BatchStore } from './batch-store.ts';
import { type EpochEnd, LeaderEpochs } from './leader-epochs.ts';
import { compactBatches } from './compact-batches.ts';
import { findLatest, findSince, type FoundOffset, notFound } from './offset-for-timestamp.ts';
import { ProducerStates } from './producer-states.ts';
import { recordProblem, type RecordRules, isExpired, type Retention } from './topic-rules.ts';
import { type OpenTransaction, TransactionIndex } from './transaction-index.ts';

/** How long an inactive producer is remembered: Kafka's `producer.id.expiration.ms`. */
const PRODUCER_EXPIRATION_MS = 86_400_000;

const DELETE_RETENTION_MS = 86_400_000;

/** The topic configs that a log uses. */
export interface PartitionLogConfig extends BatchLimits, RecordRules, Retention {
  /** `delete.retention.ms`: how long a compacted topic keeps tombstones. @default 86400000, one day, as in Kafka */
  readonly deleteRetentionMs?: number;
}

/** Options of a {@link PartitionLog}. */
export interface PartitionLogOptions {
  readonly topic: string;
  readonly partition: number;
  readonly clock: Clock;
  /** Called at each use, so that a config change takes effect at once. */
  readonly config: () => PartitionLogConfig;
}

/** The end of a transaction in a partition. */
export interface TransactionMarker {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly commit: boolean;
  readonly coordinatorEpoch: number;
}

/**
 * The log of one partition, in memory, as its leader has it. There are no followers, so an appended record is
 * acknowledged.
 */
export class PartitionLog {
  readonly topic: string;
  readonly partition: number;
  readonly #clock: Clock;
  readonly #config: () => PartitionLogConfig;
  #store = new BatchStore();
  readonly #epochs = new LeaderEpochs();
  readonly #producers = new ProducerStates();
  readonly #transactions = new TransactionIndex();
  readonly #listeners = new Set<() => void>();
  #startOffset = 0;
  #endOffset = 0;

  constructor({ topic, partition, clock, config }: PartitionLogOptions) {
    this.topic = topic;
    this.partition = partition;
    this.#clock = clock;
    this.#config = config;
  }

  /** The log start offset. */
  get startOffset(): number {
    return this.#startOffset;
  }

  /** The log end offset, which is the high watermark too. */
  get endOffset(): number {
    return this.#endOffset;
  }

  /** The last stable offset: the first offset of the oldest open transaction, otherwise the end of the log. */
  get lastStableOffset(): number {
    return Math.max(this.#startOffset, this.#transactions.firstOpenOffset() ?? this.#endOffset);
  }

  get leaderEpoch(): number {
    return this.#epochs.current;
  }

  get sizeInBytes(): number {
    return this.#store.sizeInBytes;
  }

  /** Starts a new leader epoch, for another leader or the same one. */
  bumpLeaderEpoch(): void {
    this.#epochs.bump(this.#endOffset);
    this.#changed();
  }

  /** The topic is deleted: wakes delayed fetches, which find that it is gone. */
  delete(): void {
    this.#changed();
  }

  /** NONE when the client's leader epoch is current, or -1 for a client that does not send one (KIP-320). */
  checkLeaderEpoch(epoch: number): ErrorName {
    if (epoch < 0 || epoch === this.leaderEpoch) return 'NONE';
    return epoch < this.leaderEpoch ? 'FENCED_LEADER_EPOCH' : 'UNKNOWN_LEADER_EPOCH';
  }

  /** Where the records of the largest epoch end that is not greater than `epoch`. */
  endOffsetForEpoch(epoch: number): EpochEnd {
    return this.#epochs.endOf(epoch, this.#endOffset);
  }

  /** Appends one batch from a producer. The batch is copied. */
  append(records: Buffer | null, { allowTransactional }: AppendOptions): AppendResult {
    const config = this.#config();
    const header = checkBatch(records, config);
    if ('error' in header) return rejected(header, this.#startOffset);
    const duplicate = this.#producers.duplicateOf(header);
    if (duplicate !== undefined) return appended(duplicate, this.#startOffset);
    const problem = this.#producerProblem(header, allowTransactional) ?? recordProblem(header, records!, config, this.#clock.now());
    return problem === undefined ? this.#take(header, records!, config) : rejected(problem, this.#startOffset);
  }

  /** Appends the marker that ends a producer's transaction. */
  appendControl(marker: TransactionMarker): void {
    const timestamp = this.#clock.now();
    const baseOffset = this.#endOffset;
    this.#store.append(encodeControlBatch({ ...marker, baseOffset, partitionLeaderEpoch: this.leaderEpoch, timestamp }));
    this.#endOffset += 1;
    this.#producers.marked(marker.producerId, marker.producerEpoch, timestamp);
    this.#transactions.end(marker.producerId, baseOffset, marker.commit);
    this.#changed();
  }

  /** Reads whole batches, from the one that contains `offset` on. */
  read({ offset, maxBytes, minOne, isolation }: ReadRequest): ReadResult {
    if (offset < this.#startOffset || offset > this.#endOffset) return outOfRange;
    const committed = isolation === 'read_committed';
    const { views, bytes, endOffset } = this.#store.read(offset, committed ? this.lastStableOffset : this.#endOffset, maxBytes, minOne);
    return {
      error: 'NONE',
      records: views,
      bytes,
      highWatermark: this.#endOffset,
      lastStableOffset: this.lastStableOffset,
      logStartOffset: this.#startOffset,
      abortedTransactions: committed ? this.#transactions.aborted(offset, endOffset) : null,
    };
  }

  /**
   * Finds the first record whose timestamp, in milliseconds since the Unix epoch, is at least `timestamp`. -1 requests
   * the end (the last stable offset for `read_committed`), -2 and -4 the start, -3 the record with the largest
   * timestamp. Source: `ListOffsetsRequest`.
   */
  offsetForTimestamp(timestamp: number, isolation: IsolationLevel): FoundOffset {
    const limit = isolation === 'read_committed' ? this.lastStableOffset : this.#endOffset;
    if (timestamp === -1) return { offset: limit, timestamp: -1, leaderEpoch: this.leaderEpoch };
    if (timestamp === -2 || timestamp === -4) {
      return { offset: this.#startOffset, timestamp: -1, leaderEpoch: this.#epochs.at(this.#startOffset) };
    }
    if (timestamp < 0 && timestamp !== -3) return notFound;
    const found = timestamp === -3 ? findLatest(this.#store, this.#startOffset) : findSince(this.#store, timestamp, this.#startOffset);
    return found.offset < limit ? found : notFound;
  }

  /** Deletes the records before `offset`; -1 deletes all records. */
  deleteRecordsBefore(offset: number): { readonly error: ErrorName; readonly lowWatermark: number } {
    if (!this.#config().cleanupPolicy.includes('delete')) return { error: 'POLICY_VIOLATION', lowWatermark: -1 };
    const target = offset === -1 ? this.#endOffset : offset;
    if (target < 0 || target > this.#endOffset) return { error: 'OFFSET_OUT_OF_RANGE', lowWatermark: -1 };
    this.#moveStart(target);
    return { error: 'NONE', lowWatermark: this.#startOffset };
  }

  /**
   * Deletes the oldest batches by `retention.ms` and `retention.bytes`, and forgets producers that were inactive for a
   * day.
   */
  applyRetention(now: number): void {
    const config = this.#config();
    let start = this.#startOffset;
    for (const first of this.#store.fromFirst()) {
      if (!config.cleanupPolicy.includes('delete') || !isExpired(first, this.#store.sizeInBytes, config, now)) break;
      start = first.lastOffset + 1;
      this.#store.dropFirst();
    }
    this.#moveStart(start);
    this.#producers.expire(now - PRODUCER_EXPIRATION_MS, (producerId) => this.#transactions.hasOpen(producerId));
  }

  /**
   * Keeps only the last record of each key, as Kafka's log cleaner does over time, if `cleanup.policy` contains
   * `compact`. It compacts everything below the last stable offset, as there is no active segment, and runs only when
   * called.
   *
   * @throws {CorruptRecordsError} when a batch cannot be decoded; the log does not change
   */
  compact(): void {
    const { cleanupPolicy, deleteRetentionMs = DELETE_RETENTION_MS } = this.#config();
    if (!cleanupPolicy.includes('compact')) return;
    const store = new BatchStore();
    const batches = compactBatches([...this.#store.batches()], {
      endOffset: this.lastStableOffset,
      isAborted: ({ producerId, offset, isTransactional: inTransaction }) =>
        inTransaction && this.#transactions.isAborted(producerId, offset),
      deletesBefore: this.#clock.now() - deleteRetentionMs,
    });
    for (const batch of batches) store.append(batch);
    this.#store = store;
  }

  /**
   * Calls `listener` after each append, marker, change of the log start offset or leader, and deletion. Returns a
   * function that removes the listener.
   */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  hasOpenTransaction(producerId: number): boolean {
    return this.#transactions.hasOpen(producerId);
  }

  /** The open transactions of this partition, oldest first. */
  openTransactions(): OpenTransaction[] {
    return this.#transactions.open();
  }

  /**
   * All records, decoded and copied, without transaction markers but with the records of open and aborted transactions.
   *
   * @throws {CorruptRecordsError} when a batch cannot be decompressed
   */
  records(): DecodedRecord[] {
    return [...this.#store.batches()]
      .flatMap((batch) => decodeBatch(Buffer.from(batch)))
      .filter(({ offset, isControl }) => offset >= this.#startOffset && !isControl);
  }

  #producerProblem(header: BatchHeader, allowTransactional: AppendOptions['allowTransactional']): ApiError | undefined {
    const { producerId, producerEpoch } = header;
    if (producerId < 0) return undefined;
    const error = isTransactional(header) ? allowTransactional(producerId, producerEpoch) : 'NONE';
    if (error !== 'NONE') return { error, message: `Producer ${producerId} has no transaction with this partition` };
    const problem = this.#producers.problem(header);
    if (problem !== undefined || isTransactional(header) || !this.#transactions.hasOpen(producerId)) return problem;
    return { error: 'INVALID_TXN_STATE', message: `Expected transactional write from producer ${producerId}` };
  }

  #take(header: BatchHeader, records: Buffer, { timestampType }: PartitionLogConfig): AppendResult {
    const now = this.#clock.now();
    const baseOffset = this.#endOffset;
    const logAppendTime = timestampType === 'LogAppendTime' ? now : undefined;
    this.#store.append(records, { baseOffset, partitionLeaderEpoch: this.leaderEpoch, logAppendTime });
    this.#endOffset += header.recordCount;
    const { producerId, producerEpoch } = header;
    if (producerId >= 0) this.#producers.appended(header, baseOffset, logAppendTime ?? -1, now);
    if (isTransactional(header)) this.#transactions.wrote({ producerId, producerEpoch, firstOffset: baseOffset });
    this.#changed();
    return appended({ baseOffset, logAppendTime: logAppendTime ?? -1 }, this.#startOffset);
  }

  /** Drops batches that end before `offset`; a batch that contains it keeps its bytes. */
  #moveStart(offset: number): void {
    if (offset <= this.#startOffset) return;
    for (const first of this.#store.fromFirst()) {
      if (first.lastOffset >= offset) break;
      this.#store.dropFirst();
    }
    this.#startOffset = offset;
    this.#transactions.forgetBefore(offset);
    this.#changed();
  }

  #changed(): void {
    // A copy, as a listener may remove itself or add another; neither affects this change.
    const listeners = [...this.#listeners];
    for (const listener of listeners) listener();
  }
}
