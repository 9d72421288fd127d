const STEP = 16;
const POLYNOMIAL = 0x82f63b78; // Castagnoli's, bits reversed

/** Entry `slice * 256 + byte`: how a byte changes the checksum when `slice` more bytes follow it in the same step. */
const table = new Int32Array(STEP * 256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  table[byte] = crc;
}
for (let entry = 256; entry < table.length; entry++) {
  const before = table[entry - 256]!;
  table[entry] = (before >>> 8) ^ table[before & 255]!;
}

/**
 * The CRC-32C of `bytes`, as record batches carry it: an unsigned 32-bit number, `0xe3069283` for "123456789".
 *
 * It processes sixteen bytes a step, a wider form of Intel's "slicing-by-8": the look-ups of one step are independent.
 */
export function crc32c(bytes: Uint8Array): number {
  let crc = -1;
  let i = 0;
  for (const last = bytes.length - STEP; i <= last; i += STEP) {
    crc =
      table[3840 + ((crc ^ bytes[i]!) & 255)]! ^
      table[3584 + (((crc >>> 8) ^ bytes[i + 1]!) & 255)]! ^
      table[3328 + (((crc >>> 16) ^ bytes[i + 2]!) & 255)]! ^
      table[3072 + ((crc >>> 24) ^ bytes[i + 3]!)]! ^
      table[2816 + bytes[i + 4]!]! ^
      table[2560 + bytes[i + 5]!]! ^
      table[2304 + bytes[i + 6]!]! ^
      table[2048 + bytes[i + 7]!]! ^
      table[1792 + bytes[i + 8]!]! ^
      table[1536 + bytes[i + 9]!]! ^
      table[1280 + bytes[i + 10]!]! ^
      table[1024 + bytes[i + 11]!]! ^
      table[768 + bytes[i + 12]!]! ^
      table[512 + bytes[i + 13]!]! ^
      table[256 + bytes[i + 14]!]! ^
      table[bytes[i + 15]!]!;
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}
