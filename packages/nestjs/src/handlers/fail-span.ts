import { SpanStatusCode, type Span } from '@opentelemetry/api';
import { errorClass, errorMessage } from '@tracelink/context/internal';

/**
 * Says on the span that processes a message that the handler failed, and how: for what the consumer never hears of, such as the failure of
 * a request, or hears of as something else.
 * Source: semantic conventions, recording errors.
 */
export function failSpan(span: Span | undefined, error: unknown): void {
  if (span?.isRecording() !== true) return;
  const message = errorMessage(error);
  span.recordException(error instanceof Error ? error : message);
  span.setAttribute('error.type', errorClass(error));
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}
