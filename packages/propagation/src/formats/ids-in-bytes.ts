import { digitOf, isIdOf } from './ids.ts';

/** Whether `bytes` from `start` to `end` are a valid id: `isId` of their text. */
export function isIdInBytes(bytes: Uint8Array, start: number, end: number): boolean {
  let all = 0;
  for (let index = start; index < end; index++) all |= digitOf(bytes[index] as number);
  return isIdOf(all);
}

/** Whether the ASCII of `text` stands in `bytes` at `start`. */
export function isTextInBytes(bytes: Uint8Array, start: number, text: string): boolean {
  let differences = 0;
  for (let index = 0; index < text.length; index++) differences |= (bytes[start + index] as number) ^ text.charCodeAt(index);
  return differences === 0;
}

/*
 * The text of an id, which must be ASCII, digit by digit: a decoded header's slices keep all of it, and everyone who checks their
 * digits later has to look them up there; a decoder is a call out of JavaScript.
 */

/** The 32 digits at `at`. */
export function traceIdInBytes(b: Uint8Array, at: number): string {
  // prettier-ignore
  return String.fromCharCode(
    b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!,
    b[at + 8]!, b[at + 9]!, b[at + 10]!, b[at + 11]!, b[at + 12]!, b[at + 13]!, b[at + 14]!, b[at + 15]!,
    b[at + 16]!, b[at + 17]!, b[at + 18]!, b[at + 19]!, b[at + 20]!, b[at + 21]!, b[at + 22]!, b[at + 23]!,
    b[at + 24]!, b[at + 25]!, b[at + 26]!, b[at + 27]!, b[at + 28]!, b[at + 29]!, b[at + 30]!, b[at + 31]!,
  );
}

/** The 16 digits at `at`. */
export function spanIdInBytes(b: Uint8Array, at: number): string {
  // prettier-ignore
  return String.fromCharCode(
    b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!,
    b[at + 8]!, b[at + 9]!, b[at + 10]!, b[at + 11]!, b[at + 12]!, b[at + 13]!, b[at + 14]!, b[at + 15]!,
  );
}
