import type { PartitionLog } from '../../src/log/partition-log.ts';
import type { IsolationLevel } from '../../src/log/log-requests.ts';
import { isControl, isTransactional, lastOffsetOf, readBatchHeader } from '../../src/records/batch-header.ts';
import { decodeBatch } from '../../src/records/decode-batch.ts';
import { batchesOf } from './log-fixture.ts';

/**
 * The records that a consumer reads from a log: it skips markers, and aborted transactions by the list in the response.
 */
export function consume(log: PartitionLog, from: number, isolation: IsolationLevel, maxBytes: number): string[] {
  const got: string[] = [];
  for (let offset = from; ;) {
    const read = log.read({ offset, maxBytes, minOne: true, isolation });
    const batches = batchesOf(read);
    if (batches.length === 0) return got;
    const pending = (read.abortedTransactions ?? []).toSorted((a, b) => a.firstOffset - b.firstOffset);
    const aborted = new Set<number>();
    for (const batch of batches) {
      const header = readBatchHeader(batch);
      while (pending[0] !== undefined && pending[0].firstOffset <= lastOffsetOf(header)) aborted.add(pending.shift()!.producerId);
      const isAbortedOne = isTransactional(header) && aborted.has(header.producerId);
      if (isControl(header)) aborted.delete(header.producerId);
      else if (!isAbortedOne) got.push(...decodeBatch(batch).flatMap((record) => (record.offset < offset ? [] : [String(record.value)])));
      offset = Math.max(offset, lastOffsetOf(header) + 1);
    }
  }
}
