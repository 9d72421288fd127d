import { type BatchHeader, type TimestampType, CorruptRecordsError } from '../records/batch-header.ts';
import type { ApiError } from '../core/error-codes.ts';
import { decodeBatch } from '../records/decode-batch.ts';
import type { FirstBatch } from './segment.ts';

/** The topic configs that records must satisfy. */
export interface RecordRules {
  /** `message.timestamp.type` */
  readonly timestampType: TimestampType;
  /**
   * `message.timestamp.after.max.ms`: how far a producer's timestamp may be ahead of the broker's clock. @default
   * unlimited
   */
  readonly timestampAfterMaxMs?: number;
  /** `cleanup.policy`: `delete`, `compact`, or both separated by a comma. */
  readonly cleanupPolicy: string;
}

/** The error of a valid batch that the topic's configs reject; `undefined` when they accept it. */
export function recordProblem(header: BatchHeader, batch: Buffer, rules: RecordRules, now: number): ApiError | undefined {
  const { timestampType, timestampAfterMaxMs = Infinity, cleanupPolicy } = rules;
  if (timestampType === 'CreateTime' && header.maxTimestamp - now > timestampAfterMaxMs) {
    const message = `Timestamp ${header.maxTimestamp} is more than ${timestampAfterMaxMs} ms ahead of the broker's clock`;
    return { error: 'INVALID_TIMESTAMP', message };
  }
  // Only a compacted topic decodes produced batches: compaction needs a key in every record.
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

/** The retention configs of a topic. */
export interface Retention {
  /** `retention.ms`; -1 keeps records of any age. */
  readonly retentionMs: number;
  /** `retention.bytes`; -1 keeps any number of bytes. */
  readonly retentionBytes: number;
}

/**
 * Whether the oldest batch expired: it is too old, or the log has `retention.bytes` without it. Kafka applies the same
 * rule to whole segments. A batch without a timestamp does not expire by age.
 */
export function isExpired(first: FirstBatch, sizeInBytes: number, { retentionMs, retentionBytes }: Retention, now: number): boolean {
  const tooOld = retentionMs >= 0 && first.maxTimestamp >= 0 && now - first.maxTimestamp > retentionMs;
  const tooMuch = retentionBytes >= 0 && sizeInBytes - first.sizeInBytes >= retentionBytes;
  return tooOld || tooMuch;
}
