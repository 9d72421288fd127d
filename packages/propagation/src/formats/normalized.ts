import type { SpanContext } from '@opentelemetry/api';
import { isId } from './ids.ts';

/** Whether a context is valid and in that form already, as nearly all are: two checks in one pass, and no copy. */
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
