import type { SpanContext } from '@opentelemetry/api';
import { javaProperties } from './java-properties.ts';

/** The column that Debezium's outbox event router looks into by default, `tracing.span.context.field`. */
export const spanContextColumn = 'tracingspancontext';

/** A span context as Debezium reads it: W3C's headers in the format of Java's properties. */
export function spanContextText({ traceId, spanId, traceFlags, traceState }: SpanContext): string {
  const flags = traceFlags.toString(16).padStart(2, '0');
  const state = traceState?.serialize() ?? '';
  return javaProperties({ traceparent: `00-${traceId}-${spanId}-${flags}`, ...(state !== '' && { tracestate: state }) });
}
