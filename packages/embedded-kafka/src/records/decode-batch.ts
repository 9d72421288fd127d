import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  batchLayout,
  type BatchHeader,
  type Compression,
  compressionOf,
  isControl,
  isTransactional,
  readBatchHeader,
  timestampTypeOf,
  CorruptRecordsError,
} from './batch-header.ts';
import { ByteReader } from './byte-reader.ts';
import { lz4Decompress } from './lz4-decompress.ts';
import { snappyDecompress } from './snappy-decompress.ts';

/** A header of a record. A key may occur several times; the order is kept. */
export interface RecordHeader {
  readonly key: string;
  readonly value: Buffer | null;
}

/** A decoded record of the log. */
export interface DecodedRecord {
  readonly offset: number;
  /**
   * Milliseconds since the Unix epoch: the producer's timestamp, or the broker's when the topic has log-append time.
   */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
  /** -1 when the producer is not idempotent. */
  readonly producerId: number;
  readonly producerEpoch: number;
  /** -1 when the producer is not idempotent. */
  readonly sequence: number;
  readonly isTransactional: boolean;
  /** Whether the record is a transaction marker, which consumers do not see. */
  readonly isControl: boolean;
}

/**
 * Decodes a batch, compressed by any of Kafka's codecs. An uncompressed batch is not copied: keys and values are views
 * of `batch`.
 *
 * @throws {CorruptRecordsError} when the batch cannot be decompressed, or its records do not match its header
 */
export function decodeBatch(batch: Buffer): DecodedRecord[] {
  const header = readBatchHeader(batch);
  const reader = recordReader(header, batch);
  const records: DecodedRecord[] = [];
  for (let i = 0; i < header.recordCount; i++) records.push(decodeRecord(reader, header));
  if (reader.remaining > 0) throw new CorruptRecordsError(`${reader.remaining} bytes follow the last of ${header.recordCount} records`);
  return records;
}

/**
 * The size in bytes of the largest record of a batch, decompressed, without the length that precedes it.
 *
 * @throws {CorruptRecordsError} when the batch cannot be decompressed, or ends within a record
 */
export function largestRecord(batch: Buffer): number {
  const header = readBatchHeader(batch);
  const reader = recordReader(header, batch);
  let largest = 0;
  for (let i = 0; i < header.recordCount; i++) largest = Math.max(largest, reader.bytes(reader.varint()).length);
  return largest;
}

function recordReader(header: BatchHeader, batch: Buffer): ByteReader {
  const compression = compressionOf(header);
  if (compression === undefined) throw new CorruptRecordsError(`Unknown compression type in attributes ${header.attributes}`);
  return new ByteReader(decompress(compression, batch.subarray(batchLayout.records, header.sizeInBytes)));
}

function decodeRecord(reader: ByteReader, header: BatchHeader): DecodedRecord {
  const length = reader.varint();
  const end = reader.position + length;
  reader.byte(); // attributes of a record: none is defined
  const timestampDelta = reader.varint();
  const offsetDelta = reader.varint();
  const record: DecodedRecord = {
    offset: header.baseOffset + offsetDelta,
    timestamp: timestampTypeOf(header) === 'LogAppendTime' ? header.maxTimestamp : header.baseTimestamp + timestampDelta,
    key: reader.nullableBytes(),
    value: reader.nullableBytes(),
    headers: decodeHeaders(reader),
    producerId: header.producerId,
    producerEpoch: header.producerEpoch,
    // Sequences have 31 bits and wrap around to 0.
    sequence: header.baseSequence < 0 ? -1 : (header.baseSequence + offsetDelta) % 2 ** 31,
    isTransactional: isTransactional(header),
    isControl: isControl(header),
  };
  if (reader.position !== end) throw new CorruptRecordsError(`A record that should end at byte ${end} ends at ${reader.position}`);
  return record;
}

function decodeHeaders(reader: ByteReader): RecordHeader[] {
  const count = reader.varint();
  if (count < 0) throw new CorruptRecordsError(`A record cannot have ${count} headers`);
  const headers: RecordHeader[] = [];
  for (let i = 0; i < count; i++) {
    headers.push({ key: reader.bytes(reader.varint()).toString(), value: reader.nullableBytes() });
  }
  return headers;
}

/** The maximum request size: a small batch that would expand to gigabytes is rejected. */
export const MAX_DECOMPRESSED_BYTES: number = 100 * 1024 * 1024;

const decompressors: Record<Compression, (bytes: Buffer, limit: number) => Buffer> = {
  none: (bytes) => bytes,
  gzip: (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  snappy: snappyDecompress,
  lz4: lz4Decompress,
  zstd: (bytes, maxOutputLength) => zstdDecompressSync(bytes, { maxOutputLength }),
};

/**
 * Decompresses the records of a batch. Uncompressed bytes are returned without a copy.
 *
 * @throws {CorruptRecordsError} when the codec cannot read the bytes, or they expand to more than 100 MiB
 */
export function decompress(compression: Compression, bytes: Buffer): Buffer {
  try {
    return decompressors[compression](bytes, MAX_DECOMPRESSED_BYTES);
  } catch (error) {
    throw new CorruptRecordsError(`The records cannot be decompressed by ${compression}: ${(error as Error).message}`, { cause: error });
  }
}
