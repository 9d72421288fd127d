import { batchAttributes, type BatchHeader, isControl, readBatchHeader } from '../records/batch-header.ts';
import { type DecodedRecord, decodeBatch } from '../records/decode-batch.ts';
import { encodeBatch } from '../records/encode-batch.ts';

/** Options of {@link compactBatches}. */
export interface Compaction {
  /** Only batches that start before this offset are compacted: the last stable offset. */
  readonly endOffset: number;
  /** Whether a record belongs to an aborted transaction: it does not count as a value of its key. */
  readonly isAborted: (record: DecodedRecord) => boolean;
  /** Tombstones older than this are removed. Milliseconds since the Unix epoch. */
  readonly deletesBefore: number;
}

/**
 * Compacts `batches`: only the last record of each key stays. Offsets and order do not change. A batch that loses
 * records is rewritten without compression, and a batch that loses all is removed. Transaction markers stay.
 *
 * @throws {CorruptRecordsError} when a batch cannot be decoded
 */
export function compactBatches(batches: readonly Buffer[], { endOffset, isAborted, deletesBefore }: Compaction): Buffer[] {
  const isTouched = (header: BatchHeader): boolean => header.baseOffset < endOffset && !isControl(header);
  const lastOffsets = new Map<string, number>();
  for (const batch of batches.filter((each) => isTouched(readBatchHeader(each)))) {
    for (const record of decodeBatch(batch)) if (!isAborted(record)) lastOffsets.set(keyOf(record), record.offset);
  }
  const stays = (record: DecodedRecord): boolean =>
    lastOffsets.get(keyOf(record)) === record.offset && (record.value !== null || record.timestamp >= deletesBefore);
  return batches.flatMap((batch) => {
    const header = readBatchHeader(batch);
    return isTouched(header) ? shortened(batch, header, stays) : [batch];
  });
}

/** Records without a key, from before the topic was compacted, share one key. */
function keyOf({ key }: DecodedRecord): string {
  return key === null ? 'none' : `=${key.toString('latin1')}`;
}

function shortened(batch: Buffer, header: BatchHeader, stays: (record: DecodedRecord) => boolean): Buffer[] {
  const records = decodeBatch(batch);
  const left = records.filter(stays);
  if (left.length === records.length) return [batch];
  if (left.length === 0) return [];
  const { baseOffset, lastOffsetDelta, partitionLeaderEpoch, attributes } = header;
  return [
    encodeBatch({
      records: left.map((record) => ({ ...record, offsetDelta: record.offset - baseOffset })),
      producer: {
        id: header.producerId,
        epoch: header.producerEpoch,
        sequence: header.baseSequence,
        transactional: (attributes & batchAttributes.transactional) !== 0,
      },
      baseOffset,
      lastOffsetDelta,
      partitionLeaderEpoch,
      attributes: attributes & batchAttributes.logAppendTime,
    }),
  ];
}
