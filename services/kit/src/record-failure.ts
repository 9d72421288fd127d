import { SpanStatusCode, trace } from '@opentelemetry/api';

/**
 * Marks the active span as failed, for a handler that survives its failure: a message that is logged
 * and skipped is a delivered message to Kafka, and an error to the reader of the trace.
 */
export function recordFailure(error: Error): void {
  const span = trace.getActiveSpan();
  span?.recordException(error);
  span?.setAttribute('error.type', error.name);
  span?.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
}
