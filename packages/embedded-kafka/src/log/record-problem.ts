import { type BatchHeader, type TimestampType, CorruptRecordsError } from '../records/batch-header.ts';
import type { ApiError } from '../error-codes.ts';
import { decodeBatch } from '../records/decode-batch.ts';

/** What a topic asks of the records that it takes. */
export interface RecordRules {
  /** `message.timestamp.type` */
  readonly timestampType: TimestampType;
  /** `message.timestamp.after.max.ms`: how far ahead of the broker's clock a producer's timestamp may be. @default any time */
  readonly timestampAfterMaxMs?: number;
  /** `cleanup.policy`: `delete`, `compact`, or both with a comma. */
  readonly cleanupPolicy: string;
}

/** Why a topic does not take a batch that is sound in itself; `undefined` when it does. */
export function recordProblem(header: BatchHeader, batch: Buffer, rules: RecordRules, now: number): ApiError | undefined {
  const { timestampType, timestampAfterMaxMs = Infinity, cleanupPolicy } = rules;
  if (timestampType === 'CreateTime' && header.maxTimestamp - now > timestampAfterMaxMs) {
    const message = `Timestamp ${header.maxTimestamp} is more than ${timestampAfterMaxMs} ms ahead of the broker's clock`;
    return { error: 'INVALID_TIMESTAMP', message };
  }
  // Only here a batch is opened when it is produced: compaction could do nothing with a record that has no key.
  return cleanupPolicy.includes('compact') ? keyProblem(batch) : undefined;
}

function keyProblem(batch: Buffer): ApiError | undefined {
  try {
    if (decodeBatch(batch).every(({ key }) => key !== null)) return undefined;
    return { error: 'INVALID_RECORD', message: 'Compacted topic cannot accept message without key' };
  } catch (error) {
    if (error instanceof CorruptRecordsError) return { error: 'CORRUPT_MESSAGE', message: error.message };
    throw error;
  }
}
