import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type Compression, CorruptRecordsError } from './batch-header.ts';
import { lz4Decompress } from './lz4-decompress.ts';
import { snappyDecompress } from './snappy-decompress.ts';

/** As much as a connection takes in one frame: a batch of a few bytes that would become gigabytes is not opened. */
const LIMIT = 100 * 1024 * 1024;

const decompressors: Record<Compression, (bytes: Buffer, limit: number) => Buffer> = {
  none: (bytes) => bytes,
  gzip: (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  snappy: snappyDecompress,
  lz4: lz4Decompress,
  zstd: (bytes, maxOutputLength) => zstdDecompressSync(bytes, { maxOutputLength }),
};

/**
 * Opens the records of a batch. What is not compressed comes back as it is, not as a copy.
 *
 * @throws {CorruptRecordsError} when the bytes are not what the codec writes, or would become more than 100 MiB
 */
export function decompress(compression: Compression, bytes: Buffer): Buffer {
  try {
    return decompressors[compression](bytes, LIMIT);
  } catch (error) {
    throw new CorruptRecordsError(`The records cannot be decompressed by ${compression}: ${(error as Error).message}`, { cause: error });
  }
}
