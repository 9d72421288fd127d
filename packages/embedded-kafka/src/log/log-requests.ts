import type { ErrorName, ApiError } from '../error-codes.ts';
import type { AppendedBatch } from './producer-states.ts';
import type { AbortedTransaction } from './transaction-index.ts';

/** How to append. */
export interface AppendOptions {
  /** Asked about a transactional batch, which any error that it answers refuses: the transaction's coordinator knows. */
  readonly allowTransactional: (producerId: number, producerEpoch: number) => ErrorName;
}

/** What became of a batch. */
export interface AppendResult {
  readonly error: ErrorName;
  /** A sentence for the producer's log; `null` when there is no error. */
  readonly errorMessage: string | null;
  /** -1 when there is an error. */
  readonly baseOffset: number;
  /** Milliseconds since the Unix epoch; -1 when the batch kept its producer's timestamps. */
  readonly logAppendTime: number;
  readonly logStartOffset: number;
}

export function appended(
  { baseOffset, logAppendTime }: Pick<AppendedBatch, 'baseOffset' | 'logAppendTime'>,
  logStartOffset: number,
): AppendResult {
  return { error: 'NONE', errorMessage: null, baseOffset, logAppendTime, logStartOffset };
}

export function rejected({ error, message }: ApiError, logStartOffset: number): AppendResult {
  return { error, errorMessage: message, baseOffset: -1, logAppendTime: -1, logStartOffset };
}

/** Whether a reader sees the records of transactions that are open or were aborted. */
export type IsolationLevel = 'read_uncommitted' | 'read_committed';

/** What to read. */
export interface ReadRequest {
  readonly offset: number;
  readonly maxBytes: number;
  /** Whether the first batch comes even if it is larger than `maxBytes`. */
  readonly minOne: boolean;
  readonly isolation: IsolationLevel;
}

/** What was read from a partition. */
export interface ReadResult {
  readonly error: ErrorName;
  /** Whole batches, in views of the log's memory: they never change, and who changes one copies it first. */
  readonly records: readonly Buffer[];
  readonly bytes: number;
  /** This and the two offsets below are -1 when there is an error. */
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  /** `null` when reading what is not committed too. */
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
}

/** The answer to who reads before the start or after the end. */
export const outOfRange: ReadResult = {
  error: 'OFFSET_OUT_OF_RANGE',
  records: [],
  bytes: 0,
  highWatermark: -1,
  lastStableOffset: -1,
  logStartOffset: -1,
  abortedTransactions: null,
};
