import { isUtf8 } from 'node:buffer';

/** Characters of a text in a list. */
const longest = 300;
/** Bytes of a key in a list. */
const longestKey = 64;

/** The start of a text. Not a slice, which would keep the whole text in memory. */
export function shortText(text: string | undefined): string | undefined {
  return text === undefined || text.length <= longest ? text : Buffer.from(`${text.slice(0, longest - 1)}…`).toString();
}

/** The start of a key: as text where it is printable, else in hexadecimal digits. */
export function shortKey(key: Uint8Array | null): string | null {
  if (key === null) return null;
  const start = key.subarray(0, longestKey);
  const more = start.length < key.length ? '…' : '';
  // What is cut in the middle of a character is shown in digits as well: it is rare, and nothing is lost.
  const isText = isUtf8(start) && !start.some((byte) => byte < 0x20 || byte === 0x7f);
  return `${isText ? Buffer.from(start).toString() : `0x${Buffer.from(start).toString('hex')}`}${more}`;
}
