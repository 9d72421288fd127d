import { SpanStatusCode, type Span, type TimeInput } from '@opentelemetry/api';
import { contained } from './contain.ts';
import { errorMessage, errorType } from './error-text.ts';
import { Attr } from './semconv.ts';

/**
 * Records on a span that its work failed: the exception as an event, status ERROR, `error.type`.
 * Source: semantic conventions, recording errors and exceptions. Never throws, whatever was thrown.
 *
 * @param at when; now by default
 */
export function recordError(span: Span, error: unknown, at?: TimeInput): void {
  contained('recording an error', () => {
    const message = errorMessage(error);
    span.setAttribute(Attr.ERROR_TYPE, errorType(error));
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    try {
      span.recordException(error instanceof Error ? error : message, at);
    } catch {
      // An error whose members cannot be read.
      span.recordException(message, at);
    }
  });
}

/** Ends a span, now by default; a span processor that throws is contained. */
export function endSpan(span: Span, at?: TimeInput): void {
  contained('ending a span', () => span.end(at));
}
