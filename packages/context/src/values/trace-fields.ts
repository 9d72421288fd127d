import { isSpanContextValid, trace, type SpanContext } from '@opentelemetry/api';

/**
 * The ids that OpenTelemetry puts on a log line that is not OTLP: all three or none.
 * Source: OpenTelemetry specification, "Trace Context in non-OTLP Log Formats".
 */
export interface TraceFields {
  /** 32 lower-case hex digits. */
  readonly trace_id?: string;
  /** 16 lower-case hex digits. */
  readonly span_id?: string;
  /** W3C trace flags, two hex digits: `01` is sampled. */
  readonly trace_flags?: string;
}

/**
 * The trace id of the work that is running now, for a response body or an error report.
 *
 * @returns 32 lower-case hex digits, sampled or not; `undefined` where no valid span is active
 */
export function traceId(): string | undefined {
  const spanContext = trace.getActiveSpan()?.spanContext();
  return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext.traceId : undefined;
}

/**
 * The trace fields of the work that is running now, for a log line: pino's `mixin`, winston's `format`.
 * They carry the names and values that OpenTelemetry's log instrumentations write, so using both changes nothing.
 *
 * @returns an object of the caller's own, which loggers may write into; `{}` where no valid span is active; never throws
 */
export function traceFields(): TraceFields {
  const spanContext = trace.getActiveSpan()?.spanContext();
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return {};
  return {
    trace_id: spanContext.traceId,
    span_id: spanContext.spanId,
    trace_flags: flagsOf(spanContext),
  };
}

/** The span context as one header value, as W3C Trace Context writes it; `undefined` for one that is not valid. */
export function traceparentOf(spanContext: SpanContext | undefined): string | undefined {
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return undefined;
  return `00-${spanContext.traceId}-${spanContext.spanId}-${flagsOf(spanContext)}`;
}

/** Two hex digits. An API-only context can carry any number: keep to the byte that W3C has room for. */
function flagsOf({ traceFlags }: SpanContext): string {
  return (traceFlags & 0xff).toString(16).padStart(2, '0');
}
