import { Clock } from '../../src/core/clock.ts';
import type { ErrorName } from '../../src/core/error-codes.ts';
import type { AppendResult, ReadResult, IsolationLevel } from '../../src/log/log-requests.ts';
import { PartitionLog, type PartitionLogConfig } from '../../src/log/partition-log.ts';
import { decodeBatch } from '../../src/records/decode-batch.ts';
import { type BatchProducer, encodeBatch } from '../../src/records/encode-batch.ts';
import { readBatchHeader, isControl, isTransactional, lastOffsetOf } from '../../src/records/batch-header.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A log with Kafka's defaults, and the settings that tests change. */
export interface LogUnderTest {
  readonly log: PartitionLog;
  readonly clock: Clock;
  readonly config: Mutable<PartitionLogConfig>;
  /** Appends a batch; `verdict` is the coordinator's error for a transactional one. */
  readonly append: (batch: Buffer | null, verdict?: ErrorName) => AppendResult;
}

export function emptyLog(changed: Partial<PartitionLogConfig> = {}): LogUnderTest {
  const clock = new Clock();
  const config: Mutable<PartitionLogConfig> = {
    timestampType: 'CreateTime',
    maxMessageBytes: 1_048_588,
    retentionMs: 604_800_000,
    retentionBytes: -1,
    cleanupPolicy: 'delete',
    ...changed,
  };
  const log = new PartitionLog({ topic: 'orders', partition: 0, clock, config: () => config });
  return { log, clock, config, append: (batch, verdict = 'NONE') => log.append(batch, { allowTransactional: () => verdict }) };
}

export function batchOf(...texts: string[]): Buffer {
  return encodeBatch({ records: texts.map((text) => ({ value: Buffer.from(text), timestamp: 1_000 })) });
}

/** A batch of an idempotent producer with `count` records. */
export function producerBatch(count: number, producer: Partial<BatchProducer> = {}): Buffer {
  return encodeBatch({
    records: Array.from({ length: count }, (_, i) => ({ value: Buffer.from(`${i}`), timestamp: 1_000 })),
    producer: { id: 7, epoch: 0, sequence: 0, transactional: false, ...producer },
  });
}

/** The batches of a read, one by one. */
export function batchesOf({ records }: Pick<ReadResult, 'records'>): Buffer[] {
  const batches: Buffer[] = [];
  for (const view of records) {
    for (let at = 0; at < view.length; at += readBatchHeader(view, at).sizeInBytes) {
      batches.push(view.subarray(at, at + readBatchHeader(view, at).sizeInBytes));
    }
  }
  return batches;
}

/** The records of a read, as "offset value". */
export function values(read: Pick<ReadResult, 'records'>): string[] {
  return batchesOf(read)
    .flatMap((batch) => decodeBatch(batch))
    .map(({ offset, value }) => `${offset} ${String(value)}`);
}

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
