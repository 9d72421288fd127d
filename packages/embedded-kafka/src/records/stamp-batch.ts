import { batchAttributes, batchLayout, writeInt64 } from './batch-header.ts';
import { crc32c } from './crc32c.ts';

/** The fields that the broker writes into a batch that it appends. */
export interface BatchStamp {
  readonly baseOffset: number;
  readonly partitionLeaderEpoch: number;
  /**
   * Milliseconds since the Unix epoch when the topic has log-append time; `undefined` keeps the producer's timestamps.
   */
  readonly logAppendTime: number | undefined;
}

/**
 * Writes the broker's fields into `batch`, in place. The checksum does not cover the offset and the leader epoch, so a
 * compressed batch is not decoded and the producer's checksum stays valid; only log-append time changes it.
 */
export function stampBatch(batch: Buffer, { baseOffset, partitionLeaderEpoch, logAppendTime }: BatchStamp): void {
  writeInt64(batch, baseOffset, batchLayout.baseOffset);
  batch.writeInt32BE(partitionLeaderEpoch, batchLayout.partitionLeaderEpoch);
  const attributes = batch.readInt16BE(batchLayout.attributes);
  const bit = batchAttributes.logAppendTime;
  const stamped = logAppendTime === undefined ? attributes & ~bit : attributes | bit;
  if (logAppendTime === undefined && stamped === attributes) return;
  batch.writeInt16BE(stamped, batchLayout.attributes);
  if (logAppendTime !== undefined) writeInt64(batch, logAppendTime, batchLayout.maxTimestamp);
  batch.writeUInt32BE(crc32c(batch.subarray(batchLayout.attributes)), batchLayout.crc);
}
