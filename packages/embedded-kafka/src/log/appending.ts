import type { ErrorName } from '../error-codes.ts';
import type { Refusal } from '../refusal.ts';
import type { AppendedBatch } from './producer-states.ts';

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

export function refused({ error, message }: Refusal, logStartOffset: number): AppendResult {
  return { error, errorMessage: message, baseOffset: -1, logAppendTime: -1, logStartOffset };
}
