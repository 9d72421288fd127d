import type { SpanContext } from '@opentelemetry/api';
import type { Carried, CarriedContext } from './header-format.ts';

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

/**
 * What repeats of one header say beside the one that counts, which is the first of `repeats`: those with ids, of another span. Software that
 * hands a header list on and appends its own context leaves them.
 */
export function beforeLast(repeats: readonly Carried[]): readonly CarriedContext[] {
  const [last, ...before] = repeats.filter(hasContext);
  return last === undefined ? before : before.filter(({ context }) => !isSameSpan(context, last.context));
}

function hasContext(carried: Carried): carried is CarriedContext {
  return carried.context !== undefined;
}
