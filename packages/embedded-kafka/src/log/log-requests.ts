import type { ErrorName, ApiError } from '../core/error-codes.ts';
import type { AppendedBatch } from './producer-states.ts';
import type { AbortedTransaction } from './transaction-index.ts';

/** Options of an append. */
export interface AppendOptions {
  /** Asks the transaction coordinator about a transactional batch; any error but NONE rejects the batch. */
  readonly allowTransactional: (producerId: number, producerEpoch: number) => ErrorName;
}

/** The result of an append. */
export interface AppendResult {
  readonly error: ErrorName;
  /** A message for the producer; `null` when there is no error. */
  readonly errorMessage: string | null;
  /** -1 when there is an error. */
  readonly baseOffset: number;
  /** Milliseconds since the Unix epoch; -1 when the topic keeps the producer's timestamps. */
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

/** Whether a consumer sees the records of open and aborted transactions. */
export type IsolationLevel = 'read_uncommitted' | 'read_committed';

/** Options of a read. */
export interface ReadRequest {
  readonly offset: number;
  readonly maxBytes: number;
  /** Whether the first batch is returned even when it is larger than `maxBytes`. */
  readonly minOne: boolean;
  readonly isolation: IsolationLevel;
}

/** The result of a read. */
export interface ReadResult {
  readonly error: ErrorName;
  /** Whole batches, as views of the log's memory. Do not write to them. */
  readonly records: readonly Buffer[];
  readonly bytes: number;
  /** This offset and the two below are -1 when there is an error. */
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  /** `null` for `read_uncommitted`. */
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
}

/** The result of a read before the log start offset or after the end. */
export const outOfRange: ReadResult = {
  error: 'OFFSET_OUT_OF_RANGE',
  records: [],
  bytes: 0,
  highWatermark: -1,
  lastStableOffset: -1,
  logStartOffset: -1,
  abortedTransactions: null,
};
