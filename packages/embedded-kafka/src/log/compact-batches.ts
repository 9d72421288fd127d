import { batchAttributes, type BatchHeader, isControl, readBatchHeader } from '../records/batch-header.ts';
import { type DecodedRecord, decodeBatch } from '../records/decode-batch.ts';
import { encodeBatch } from '../records/encode-batch.ts';

/** How to compact. */
export interface Compaction {
  /** Only batches before this offset are touched: the last stable one. */
  readonly endOffset: number;
  /** Whether a record is part of a transaction that was aborted: it counts for nothing. */
  readonly isAborted: (record: DecodedRecord) => boolean;
  /** Records that delete their key go too, when they are older than this. Milliseconds since the Unix epoch. */
  readonly deletesBefore: number;
}

/**
 * What is left of `batches` when only the last record of each key stays. Offsets, and the order of what is left, do not
 * change; a batch that loses records is written anew without compression, and one that loses all is left out. Markers of
 * transactions stay.
 *
 * @throws {CorruptRecordsError} when a batch cannot be opened
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

/** Records without a key, from before the topic was compacted, count as one key. */
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
