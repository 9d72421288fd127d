/** Whether a character code is one of `0-9a-f`. Capital digits are refused: they are not valid in `traceparent` or `b3`. */
export function isHexCode(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66);
}

/**
 * Whether `text` from `start` to `end` is lower-case hex and not all zeros: what W3C and B3 call a valid id.
 * By character codes, as this runs twice for every message.
 */
export function isId(text: string, start: number, end: number): boolean {
  let bits = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (!isHexCode(code)) return false;
    bits |= code ^ 0x30;
  }
  return bits !== 0;
}

const zeros = '0'.repeat(16);

/** A trace id of 64 bits as one of 128, zeros on the left; the length is 16 or 32. */
export function wideTraceId(traceId: string): string {
  return traceId.length === 32 ? traceId : zeros + traceId;
}
