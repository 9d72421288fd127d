import type { ErrorName } from '../error-codes.ts';

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
