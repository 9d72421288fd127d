import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type Compression, CorruptRecordsError } from './batch-header.ts';
import { lz4Decompress } from './lz4-decompress.ts';
import { snappyDecompress } from './snappy-decompress.ts';

/** The maximum request size: a small batch that would expand to gigabytes is rejected. */
const LIMIT = 100 * 1024 * 1024;

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
    return decompressors[compression](bytes, LIMIT);
  } catch (error) {
    throw new CorruptRecordsError(`The records cannot be decompressed by ${compression}: ${(error as Error).message}`, { cause: error });
  }
}
