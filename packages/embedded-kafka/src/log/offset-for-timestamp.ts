import { readBatchHeader, CorruptRecordsError } from '../records/batch-header.ts';
import { decodeBatch } from '../records/decode-batch.ts';
import type { BatchStore } from './batch-store.ts';

/** The result of a search by timestamp. */
export interface FoundOffset {
  /** -1 when no record is found. */
  readonly offset: number;
  /** Milliseconds since the Unix epoch; -1 when no record is found, or when the start or end was requested. */
  readonly timestamp: number;
  /** The leader epoch of the record; -1 when no record is found. */
  readonly leaderEpoch: number;
}

/** The ListOffsets response when no record has a late enough timestamp. */
export const notFound: FoundOffset = { offset: -1, timestamp: -1, leaderEpoch: -1 };

/**
 * Finds the first record from `startOffset` on whose timestamp is at least `timestamp`. The batch is decoded to find
 * the exact record.
 */
export function findSince(store: BatchStore, timestamp: number, startOffset: number): FoundOffset {
  for (const batch of store.batchesSince(timestamp)) {
    const leaderEpoch = readBatchHeader(batch).partitionLeaderEpoch;
    const found = timesOf(batch, startOffset).find((record) => record.timestamp >= timestamp);
    // When DeleteRecords cut the front of the batch, its matching record may be deleted.
    if (found !== undefined) return { ...found, leaderEpoch };
  }
  return notFound;
}

/** Finds the first of the records with the largest timestamp. */
export function findLatest(store: BatchStore, startOffset: number): FoundOffset {
  let latest = store.maxTimestamp(startOffset);
  const [first] = store.read(startOffset, startOffset + 1, 0, true).views;
  if (first !== undefined) for (const { timestamp } of timesOf(first, startOffset)) latest = Math.max(latest, timestamp);
  return findSince(store, latest, startOffset);
}

/**
 * The offsets and timestamps of a batch's records; for a batch that cannot be decoded, its first offset and largest
 * timestamp.
 */
function timesOf(batch: Buffer, startOffset: number): { readonly offset: number; readonly timestamp: number }[] {
  try {
    return decodeBatch(batch)
      .filter(({ offset }) => offset >= startOffset)
      .map(({ offset, timestamp }) => ({ offset, timestamp }));
  } catch (error) {
    if (!(error instanceof CorruptRecordsError)) throw error;
    const { baseOffset, maxTimestamp } = readBatchHeader(batch);
    return [{ offset: Math.max(baseOffset, startOffset), timestamp: maxTimestamp }];
  }
}
