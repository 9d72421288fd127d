/** The start of some bytes, for the page, which decides how to show them. */
export interface ShownBytes {
  /** All of them. */
  readonly size: number;
  /** The first of them. */
  readonly base64: string;
}

/** @param most how many are told */
export function shownBytes(bytes: Uint8Array, most: number): ShownBytes;
export function shownBytes(bytes: Uint8Array | null, most: number): ShownBytes | null;
export function shownBytes(bytes: Uint8Array | null, most: number): ShownBytes | null {
  return bytes && { size: bytes.length, base64: Buffer.from(bytes.subarray(0, most)).toString('base64') };
}
