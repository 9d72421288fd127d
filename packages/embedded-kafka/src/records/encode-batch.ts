import { gzipSync, zstdCompressSync } from 'node:zlib';
import { batchAttributes, batchLayout, type Compression, compressions, LENGTH_PREFIX, writeInt64 } from './batch-header.ts';
import { ByteWriter } from './byte-writer.ts';
import { crc32c } from './crc32c.ts';
import type { RecordHeader } from './decode-batch.ts';

/** A record to encode into a batch. */
export interface RecordToEncode {
  /** @default null */
  readonly key?: Uint8Array | null;
  /** A record without a value is a tombstone in a compacted topic. @default null */
  readonly value?: Uint8Array | null;
  /** @default [] */
  readonly headers?: readonly RecordHeader[];
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  /** The offset relative to the batch's base offset. @default the record's index */
  readonly offsetDelta?: number;
}

/** The identity of an idempotent producer, and the sequence of its batch. */
export interface BatchProducer {
  readonly id: number;
  readonly epoch: number;
  /** The sequence of the first record; -1 in a control batch. */
  readonly sequence: number;
  readonly transactional: boolean;
}

/** A batch to encode. */
export interface BatchToEncode {
  /** At least one. */
  readonly records: readonly RecordToEncode[];
  /** @default 'none' */
  readonly compression?: 'none' | 'gzip' | 'zstd';
  /** @default a non-idempotent producer */
  readonly producer?: BatchProducer;
  /** The batch's offset when it is rewritten. @default 0 */
  readonly baseOffset?: number;
  /** The batch's last offset delta, when compaction removed its last records. @default that of the last record */
  readonly lastOffsetDelta?: number;
  /** @default 0 */
  readonly partitionLeaderEpoch?: number;
  /** Additional bits of {@link batchAttributes}. @default 0 */
  readonly attributes?: number;
}

const compressors: Record<NonNullable<BatchToEncode['compression']>, (bytes: Buffer) => Buffer> = {
  none: (bytes) => bytes,
  gzip: (bytes) => gzipSync(bytes),
  zstd: (bytes) => zstdCompressSync(bytes),
};

/** Encodes a record batch of magic 2 into a new buffer. */
export function encodeBatch(batch: BatchToEncode): Buffer {
  const { records, compression = 'none', producer = { id: -1, epoch: -1, sequence: -1, transactional: false }, baseOffset = 0 } = batch;
  const baseTimestamp = records[0]!.timestamp;
  const body = compressors[compression](encodeRecords(records, baseTimestamp));
  const bytes = Buffer.allocUnsafe(batchLayout.records + body.length);
  writeInt64(bytes, baseOffset, batchLayout.baseOffset);
  bytes.writeInt32BE(bytes.length - LENGTH_PREFIX, batchLayout.batchLength);
  bytes.writeInt32BE(batch.partitionLeaderEpoch ?? 0, batchLayout.partitionLeaderEpoch);
  bytes.writeInt8(2, batchLayout.magic);
  bytes.writeInt16BE(attributesOf(compression, producer.transactional, batch.attributes ?? 0), batchLayout.attributes);
  bytes.writeInt32BE(batch.lastOffsetDelta ?? records.at(-1)!.offsetDelta ?? records.length - 1, batchLayout.lastOffsetDelta);
  writeInt64(bytes, baseTimestamp, batchLayout.baseTimestamp);
  const maxTimestamp = records.reduce((max, { timestamp }) => Math.max(max, timestamp), baseTimestamp);
  writeInt64(bytes, maxTimestamp, batchLayout.maxTimestamp);
  writeInt64(bytes, producer.id, batchLayout.producerId);
  bytes.writeInt16BE(producer.epoch, batchLayout.producerEpoch);
  bytes.writeInt32BE(producer.sequence, batchLayout.baseSequence);
  bytes.writeInt32BE(records.length, batchLayout.recordCount);
  bytes.set(body, batchLayout.records);
  bytes.writeUInt32BE(crc32c(bytes.subarray(batchLayout.attributes)), batchLayout.crc);
  return bytes;
}

function attributesOf(compression: Compression, transactional: boolean, more: number): number {
  return compressions.indexOf(compression) | (transactional ? batchAttributes.transactional : 0) | more;
}

function encodeRecords(records: readonly RecordToEncode[], baseTimestamp: number): Buffer {
  const all = new ByteWriter();
  records.forEach(({ key = null, value = null, headers = [], timestamp, offsetDelta }, i) => {
    const record = new ByteWriter();
    record.byte(0);
    record.varint(timestamp - baseTimestamp);
    record.varint(offsetDelta ?? i);
    record.nullableBytes(key);
    record.nullableBytes(value);
    record.varint(headers.length);
    for (const header of headers) {
      record.nullableBytes(Buffer.from(header.key));
      record.nullableBytes(header.value);
    }
    all.varint(record.length);
    all.bytes(record.finish());
  });
  return all.finish();
}

/** The marker that ends a transaction in each partition that the transaction wrote to. */
export interface ControlBatch {
  readonly baseOffset: number;
  readonly partitionLeaderEpoch: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Whether the transaction commits or aborts. */
  readonly commit: boolean;
  readonly coordinatorEpoch: number;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
}

/**
 * Encodes a transaction marker, which takes one offset. Source: `ControlRecordType` and `EndTxnMarker` of Apache Kafka.
 */
export function encodeControlBatch(marker: ControlBatch): Buffer {
  const key = Buffer.alloc(4);
  key.writeInt16BE(marker.commit ? 1 : 0, 2);
  const value = Buffer.alloc(6);
  value.writeInt32BE(marker.coordinatorEpoch, 2);
  return encodeBatch({
    records: [{ key, value, timestamp: marker.timestamp }],
    producer: { id: marker.producerId, epoch: marker.producerEpoch, sequence: -1, transactional: true },
    baseOffset: marker.baseOffset,
    partitionLeaderEpoch: marker.partitionLeaderEpoch,
    attributes: batchAttributes.control,
  });
}
