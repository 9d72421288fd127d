import type { SpanContext } from '@opentelemetry/api';
import type { Carried, CarriedContext } from './header-format.ts';

// The value of each hex digit by its character code, and this for every other code of a byte.
const noDigit = 16;
const digits = new Uint8Array(256).fill(noDigit);
for (let value = 0; value < noDigit; value++) digits[value.toString(16).charCodeAt(0)] = value;

/** The value of the hex digit with a character code; above 15 for any other. Without a branch, which random digits would mislead. */
export function digitOf(code: number): number {
  return (digits[code & 0xff] as number) | ((code >> 8) << 4);
}

/** Whether a character code is one of `0-9a-f`. Capital digits are refused: they are not valid in `traceparent` or `b3`. */
export function isHexCode(code: number): boolean {
  return digitOf(code) < noDigit;
}

/**
 * Whether `text` from `start` to `end` is lower-case hex and not all zeros: what W3C and B3 call a valid id.
 * By character codes and to the end, as this runs twice for every message.
 */
export function isId(text: string, start: number, end: number): boolean {
  let all = 0;
  for (let index = start; index < end; index++) all |= digitOf(text.charCodeAt(index));
  return isIdOf(all);
}

/** Whether digits, joined by "or", are those of a valid id. */
function isIdOf(all: number): boolean {
  return all !== 0 && all < noDigit;
}

/** Whether `bytes` from `start` to `end` are a valid id: `isId` of their text. */
export function isIdInBytes(bytes: Uint8Array, start: number, end: number): boolean {
  let all = 0;
  for (let index = start; index < end; index++) all |= digits[bytes[index] as number] as number;
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

/** Whether a context is valid and as {@link normalized} makes it, as nearly all are: two checks in one pass, and no copy. */
export function isNormal({ traceId, spanId, traceFlags }: SpanContext): boolean {
  if (typeof traceId !== 'string' || typeof spanId !== 'string' || (traceFlags & 3) !== traceFlags) return false;
  return traceId.length === 32 && spanId.length === 16 && isId(traceId, 0, 32) && isId(spanId, 0, 16);
}

/**
 * A valid span context in the form that headers have room for: lower-case ids and two bits of flags. The API accepts
 * capital digits and any number; written out as they are, other tracers refuse the header.
 */
export function normalized(context: SpanContext): SpanContext {
  const ids = { traceId: context.traceId.toLowerCase(), spanId: context.spanId.toLowerCase(), traceFlags: context.traceFlags & 3 };
  return context.traceState === undefined ? ids : { ...ids, traceState: context.traceState };
}

/** Whether two contexts name the same span. */
export function isSameSpan(a: SpanContext, b: SpanContext): boolean {
  return a.spanId === b.spanId && a.traceId === b.traceId;
}

/** The same context with another sampling decision. */
export function withSampled(context: SpanContext, sampled: boolean): SpanContext {
  return { ...context, traceFlags: sampled ? context.traceFlags | 1 : context.traceFlags & ~1 };
}

/** Those of `repeats`, the newest first, that have a context, without others of the newest one's span. */
export function contextsOf(repeats: readonly Carried[]): readonly CarriedContext[] {
  const found = repeats.filter(hasContext);
  return found.filter(({ context }, index) => index === 0 || !isSameSpan(context, (found[0] as CarriedContext).context));
}

function hasContext(carried: Carried): carried is CarriedContext {
  return carried.context !== undefined;
}
