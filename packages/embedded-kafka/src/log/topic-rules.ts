import { type BatchHeader, type TimestampType, CorruptRecordsError, compressionOf } from '../records/batch-header.ts';
import type { ApiError } from '../core/error-codes.ts';
import { decodeBatch, largestRecord, MAX_DECOMPRESSED_BYTES } from '../records/decode-batch.ts';
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
  /**
   * `message.timestamp.before.max.ms`: how far a producer's timestamp may be behind the broker's clock. @default
   * unlimited
   */
  readonly timestampBeforeMaxMs?: number;
  /**
   * `max.decompressed.message.bytes`: the size of the largest record in a compressed batch, without the length before
   * it. @default unlimited
   */
  readonly maxDecompressedMessageBytes?: number;
  /** `cleanup.policy`: `delete`, `compact`, or both separated by a comma. */
  readonly cleanupPolicy: string;
}

/** The error of a valid batch that the topic's configs reject; `undefined` when they accept it. */
export function recordProblem(header: BatchHeader, batch: Buffer, rules: RecordRules, now: number): ApiError | undefined {
  try {
    return sizeProblem(header, batch, rules) ?? timestampProblem(header, batch, rules, now) ?? keyProblem(batch, rules);
  } catch (error) {
    if (error instanceof CorruptRecordsError) return { error: 'CORRUPT_MESSAGE', message: error.message };
    throw error;
  }
}

/** Apache Kafka compares the size only where it decompresses, and gives no message. */
function sizeProblem(header: BatchHeader, batch: Buffer, { maxDecompressedMessageBytes = Infinity }: RecordRules): ApiError | undefined {
  if (compressionOf(header) === 'none' || maxDecompressedMessageBytes >= MAX_DECOMPRESSED_BYTES) return undefined;
  const size = largestRecord(batch);
  if (size <= maxDecompressedMessageBytes) return undefined;
  return {
    error: 'INVALID_RECORD',
    message: `A record of ${size} bytes exceeds the maximum decompressed size of ${maxDecompressedMessageBytes}`,
  };
}

function timestampProblem(header: BatchHeader, batch: Buffer, rules: RecordRules, now: number): ApiError | undefined {
  const { timestampType, timestampBeforeMaxMs = Infinity, timestampAfterMaxMs = Infinity } = rules;
  const [earliest, latest] = [now - timestampBeforeMaxMs, now + timestampAfterMaxMs];
  // The header has only the largest timestamp; as a rule, no timestamp is too old.
  if (timestampType === 'LogAppendTime' || (header.maxTimestamp <= latest && earliest <= 0)) return undefined;
  const isOutside = (timestamp: number): boolean => timestamp !== noTimestamp && (timestamp < earliest || timestamp > latest);
  const found = decodeBatch(batch).find(({ timestamp }) => isOutside(timestamp));
  if (found === undefined) return undefined;
  const { timestamp, offset } = found;
  const message = `Timestamp ${timestamp} of message with offset ${offset} is out of range. The timestamp should be within [${earliest}, ${latest}]`;
  return { error: 'INVALID_TIMESTAMP', message };
}

/** What a record has whose producer gave it no timestamp. */
const noTimestamp = -1;

/** Compaction needs a key in every record. */
function keyProblem(batch: Buffer, { cleanupPolicy }: RecordRules): ApiError | undefined {
  if (!cleanupPolicy.includes('compact') || decodeBatch(batch).every(({ key }) => key !== null)) return undefined;
  return { error: 'INVALID_RECORD', message: 'Compacted topic cannot accept message without key' };
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
