// Names, topics, hosts: what comes again is short. An id of 32 digits is among it.
const longest = 40;
const slots = 4_096;
const ascii = 0x80;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads texts of which most were read before, such as the keys of attributes: those are found again by their bytes, so that no string is
 * made of them, and no second one is held. Remembers {@link slots} of them, each in the place that its bytes name.
 */
export class RepeatedTexts {
  readonly #texts: string[] = Array.from({ length: slots }, () => '');

  /** The UTF-8 text of `bytes` from `start` to `end`; what is no UTF-8 is read as U+FFFD. */
  read(bytes: Buffer, start: number, end: number): string {
    if (end - start > longest) return decoded(bytes, start, end);
    let all = 0;
    let hash = end - start;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      all |= byte;
      hash = Math.imul(hash ^ byte, 16_777_619);
    }
    if (all >= ascii) return decoded(bytes, start, end);
    const slot = (hash ^ (hash >>> 15)) & (slots - 1);
    const known = this.#texts[slot] as string;
    if (isTextOf(known, bytes, start, end)) return known;
    return (this.#texts[slot] = bytes.toString('latin1', start, end));
  }
}

function isTextOf(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let at = start; at < end; at++) if (text.charCodeAt(at - start) !== bytes[at]) return false;
  return true;
}

/** Not the buffer's own decoder: the general way has this one, and they differ in what is no UTF-8. */
function decoded(bytes: Buffer, start: number, end: number): string {
  for (let at = start; at < end; at++) if ((bytes[at] as number) >= ascii) return decoder.decode(bytes.subarray(start, end));
  return bytes.toString('latin1', start, end);
}
