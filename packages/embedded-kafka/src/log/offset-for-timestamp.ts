import { readBatchHeader, CorruptRecordsError } from '../records/batch-header.ts';
import { decodeBatch } from '../records/decode-batch.ts';
import type { BatchStore } from './batch-store.ts';

/** A record found by time. */
export interface FoundOffset {
  /** -1 when there is none. */
  readonly offset: number;
  /** Milliseconds since the Unix epoch; -1 when there is none, or when the start or end was asked for. */
  readonly timestamp: number;
  /** Of the leader that wrote it; -1 when there is none. */
  readonly leaderEpoch: number;
}

/** What ListOffsets answers when no record is late enough. */
export const notFound: FoundOffset = { offset: -1, timestamp: -1, leaderEpoch: -1 };

/** Finds the first record from `startOffset` on whose timestamp is not before `timestamp`: exactly, so the batch is opened. */
export function findSince(store: BatchStore, timestamp: number, startOffset: number): FoundOffset {
  for (const batch of store.batchesSince(timestamp)) {
    const leaderEpoch = readBatchHeader(batch).partitionLeaderEpoch;
    const found = timesOf(batch, startOffset).find((record) => record.timestamp >= timestamp);
    // In a batch that was only cut at its front, the late record may be gone.
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

/** The records of a batch by time; of a batch that cannot be opened, its first offset and its largest timestamp. */
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
