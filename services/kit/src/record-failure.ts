import { SpanStatusCode, trace } from '@opentelemetry/api';

/**
 * Marks the span of the running work as failed, for a handler that survives its failure: a message that is logged
 * and skipped is a delivered message to Kafka, and an error to whoever reads the trace.
 */
export function recordFailure(error: Error): void {
  const span = trace.getActiveSpan();
  span?.recordException(error);
  span?.setAttribute('error.type', error.name);
  span?.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
}
