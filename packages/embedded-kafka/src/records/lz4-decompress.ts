import { ByteReader } from './byte-reader.ts';
import { CorruptRecordsError } from './batch-header.ts';
import { DecompressedBytes } from './decompressed-bytes.ts';

const MAGIC = 0x184d2204;
const flags = { version: 0xc0, version1: 0x40, blockChecksum: 0x10, contentSize: 0x08, contentChecksum: 0x04, dictionary: 0x01 } as const;
const UNCOMPRESSED = 0x80000000;
const SHORTEST_MATCH = 4;

/**
 * Decompresses an LZ4 frame. Its own checksums are ignored, as the batch's checksum covers the same bytes.
 * Source: "LZ4 Frame Format Description" and "LZ4 Block Format Description" of lz4/lz4.
 */
export function lz4Decompress(bytes: Buffer, limit: number): Buffer {
  const reader = new ByteReader(bytes);
  const magic = reader.unsignedLE(4);
  if (magic !== MAGIC) throw new CorruptRecordsError(`An LZ4 frame begins with ${MAGIC.toString(16)}, not with ${magic.toString(16)}`);
  const flag = reader.byte();
  if ((flag & flags.version) !== flags.version1) throw new CorruptRecordsError(`Unknown version of LZ4 frames in flags ${flag}`);
  if ((flag & flags.dictionary) !== 0) throw new CorruptRecordsError('The LZ4 frame needs a dictionary');
  reader.byte(); // the largest block there may be: the bytes that come out are limited as a whole
  if ((flag & flags.contentSize) !== 0) reader.bytes(8);
  reader.byte(); // checksum of the frame's header

  // All blocks share one output: a copy may refer to an earlier block.
  const output = new DecompressedBytes(4 * bytes.length, limit);
  for (let size = reader.unsignedLE(4); size !== 0; size = reader.unsignedLE(4)) {
    if (size >= UNCOMPRESSED) output.literals(reader.bytes(size - UNCOMPRESSED));
    else decompressBlock(new ByteReader(reader.bytes(size)), output);
    if ((flag & flags.blockChecksum) !== 0) reader.bytes(4);
  }
  if ((flag & flags.contentChecksum) !== 0) reader.bytes(4);
  if (reader.remaining > 0) throw new CorruptRecordsError(`${reader.remaining} bytes follow the LZ4 frame`);
  return output.finish();
}

function decompressBlock(reader: ByteReader, output: DecompressedBytes): void {
  while (reader.remaining > 0) {
    const token = reader.byte();
    output.literals(reader.bytes(lengthOf(token >> 4, reader)));
    // The last sequence of a block has literals only.
    if (reader.remaining === 0) return;
    const distance = reader.unsignedLE(2);
    output.copy(distance, lengthOf(token & 15, reader) + SHORTEST_MATCH);
  }
}

/** A length that does not fit into four bits continues in bytes that are added up, until one is not 255. */
function lengthOf(nibble: number, reader: ByteReader): number {
  if (nibble < 15) return nibble;
  let length = nibble;
  for (let byte = reader.byte(); ; byte = reader.byte()) {
    length += byte;
    if (byte !== 255) return length;
  }
}
