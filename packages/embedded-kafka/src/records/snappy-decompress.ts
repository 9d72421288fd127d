import { ByteReader } from './byte-reader.ts';
import { CorruptRecordsError } from './batch-header.ts';
import { DecompressedBytes } from './decompressed-bytes.ts';

/** The magic that snappy-java, and so the Java client, writes before its blocks; two versions of four bytes follow. */
const JAVA_MAGIC = Buffer.from('82534e4150505900', 'hex');
const JAVA_HEADER_BYTES = 16;

/**
 * Decompresses a Kafka producer's snappy: blocks in the frame of snappy-java, or one bare block, as librdkafka and
 * kafkajs write it. Source: "Snappy compressed format description" of google/snappy.
 */
export function snappyDecompress(bytes: Buffer, limit: number): Buffer {
  if (!bytes.subarray(0, JAVA_MAGIC.length).equals(JAVA_MAGIC)) return decompressBlock(bytes, limit);
  const reader = new ByteReader(bytes);
  reader.bytes(JAVA_HEADER_BYTES);
  const blocks: Buffer[] = [];
  let left = limit;
  while (reader.remaining > 0) {
    const block = decompressBlock(reader.bytes(reader.bytes(4).readInt32BE()), left);
    left -= block.length;
    blocks.push(block);
  }
  return Buffer.concat(blocks);
}

function decompressBlock(bytes: Buffer, limit: number): Buffer {
  const reader = new ByteReader(bytes);
  const size = reader.unsignedVarint();
  if (size > limit) throw new CorruptRecordsError(`More than ${limit} bytes come out`);
  const output = new DecompressedBytes(size, size);
  while (reader.remaining > 0) decompressElement(reader, output);
  if (output.length !== size) throw new CorruptRecordsError(`${size} bytes are announced, ${output.length} came out`);
  return output.finish();
}

/** The two low bits of an element's first byte are its type. */
function decompressElement(reader: ByteReader, output: DecompressedBytes): void {
  const tag = reader.byte();
  const rest = tag >> 2;
  switch (tag & 3) {
    case 0: {
      // 60 to 63 mean that the length minus one follows in one to four bytes.
      const length = rest < 60 ? rest : reader.unsignedLE(rest - 59);
      return output.literals(reader.bytes(length + 1));
    }
    case 1:
      return output.copy(((tag >> 5) << 8) | reader.byte(), (rest & 7) + 4);
    case 2:
      return output.copy(reader.unsignedLE(2), rest + 1);
    default:
      return output.copy(reader.unsignedLE(4), rest + 1);
  }
}
