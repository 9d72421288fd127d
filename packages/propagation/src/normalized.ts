import type { SpanContext } from '@opentelemetry/api';

/**
 * A valid span context in the form that headers have room for: lower-case ids and two bits of flags. The API accepts
 * capital digits and any number; written out as they are, other tracers refuse the header.
 */
export function normalized(context: SpanContext): SpanContext {
  const ids = { traceId: context.traceId.toLowerCase(), spanId: context.spanId.toLowerCase(), traceFlags: context.traceFlags & 3 };
  return context.traceState === undefined ? ids : { ...ids, traceState: context.traceState };
}
