import { crc32c } from './crc32c.ts';

/**
 * Bytes that are not a valid Kafka record batch, or a compressed batch that cannot be decoded. The message says where
 * and why.
 */
export class CorruptRecordsError extends Error {
  override readonly name = 'CorruptRecordsError';
}

/**
 * The offsets of a record batch's fields, in bytes. The checksum covers everything after it; the base offset and the
 * leader epoch, which the broker writes, precede it. Source: Apache Kafka, "Record Batch" of the message format.
 */
export const batchLayout = {
  baseOffset: 0,
  batchLength: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const;

/** The bytes that `batchLength` does not count. */
export const LENGTH_PREFIX = 12;

/** The bits of a batch's attributes. */
export const batchAttributes = { compression: 0x07, logAppendTime: 0x08, transactional: 0x10, control: 0x20 } as const;

/** The codecs, indexed by their number in a batch's attributes. */
export const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

/** The compression of a batch's records. */
export type Compression = (typeof compressions)[number];

/** Whether the producer or the broker sets the timestamps: the values of the topic config `message.timestamp.type`. */
export type TimestampType = 'CreateTime' | 'LogAppendTime';

/** The header of a record batch (magic 2). */
export interface BatchHeader {
  readonly baseOffset: number;
  /** The size of the whole batch in bytes, including its length field. */
  readonly sizeInBytes: number;
  readonly partitionLeaderEpoch: number;
  readonly magic: number;
  /** The checksum in the header, which may be wrong. */
  readonly crc: number;
  readonly attributes: number;
  readonly lastOffsetDelta: number;
  /** The timestamp of the first record, in milliseconds since the Unix epoch. */
  readonly baseTimestamp: number;
  /** Milliseconds since the Unix epoch. */
  readonly maxTimestamp: number;
  /** -1 when the producer is not idempotent. */
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly recordCount: number;
}

/**
 * Reads the header of the batch that starts at `position`.
 *
 * @throws {CorruptRecordsError} when fewer bytes than a header are left, or a number is beyond 2^53
 */
export function readBatchHeader(bytes: Buffer, position = 0): BatchHeader {
  if (bytes.length - position < batchLayout.records) {
    throw new CorruptRecordsError(`A record batch has at least ${batchLayout.records} bytes, there are ${bytes.length - position}`);
  }
  return {
    baseOffset: readInt64(bytes, position + batchLayout.baseOffset),
    sizeInBytes: bytes.readInt32BE(position + batchLayout.batchLength) + LENGTH_PREFIX,
    partitionLeaderEpoch: bytes.readInt32BE(position + batchLayout.partitionLeaderEpoch),
    magic: bytes.readInt8(position + batchLayout.magic),
    crc: bytes.readUInt32BE(position + batchLayout.crc),
    attributes: bytes.readInt16BE(position + batchLayout.attributes),
    lastOffsetDelta: bytes.readInt32BE(position + batchLayout.lastOffsetDelta),
    baseTimestamp: readInt64(bytes, position + batchLayout.baseTimestamp),
    maxTimestamp: readInt64(bytes, position + batchLayout.maxTimestamp),
    producerId: readInt64(bytes, position + batchLayout.producerId),
    producerEpoch: bytes.readInt16BE(position + batchLayout.producerEpoch),
    baseSequence: bytes.readInt32BE(position + batchLayout.baseSequence),
    recordCount: bytes.readInt32BE(position + batchLayout.recordCount),
  };
}

/** The codec of a batch; `undefined` for an unknown number. */
export function compressionOf({ attributes }: BatchHeader): Compression | undefined {
  return compressions[attributes & batchAttributes.compression];
}

export function isTransactional({ attributes }: BatchHeader): boolean {
  return (attributes & batchAttributes.transactional) !== 0;
}

/** Whether a batch is a transaction marker. */
export function isControl({ attributes }: BatchHeader): boolean {
  return (attributes & batchAttributes.control) !== 0;
}

export function timestampTypeOf({ attributes }: BatchHeader): TimestampType {
  return (attributes & batchAttributes.logAppendTime) === 0 ? 'CreateTime' : 'LogAppendTime';
}

/** The offset of the last record that the batch had when it was produced. */
export function lastOffsetOf({ baseOffset, lastOffsetDelta }: BatchHeader): number {
  return baseOffset + lastOffsetDelta;
}

/** Reads a signed 64-bit number. @throws {CorruptRecordsError} when it is beyond 2^53 */
export function readInt64(bytes: Buffer, position: number): number {
  const value = bytes.readInt32BE(position) * 2 ** 32 + bytes.readUInt32BE(position + 4);
  if (!Number.isSafeInteger(value)) throw new CorruptRecordsError(`A number of about ${value} at byte ${position} is beyond 2^53`);
  return value;
}

/** Writes a safe integer as a signed 64-bit number. */
export function writeInt64(bytes: Buffer, value: number, position: number): void {
  bytes.writeInt32BE(Math.floor(value / 2 ** 32), position);
  bytes.writeUInt32BE(value >>> 0, position + 4);
}

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
