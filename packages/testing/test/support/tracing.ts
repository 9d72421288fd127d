import type { Tracer } from '@opentelemetry/api';
import { TracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { resourceFromAttributes } from '@opentelemetry/resources';

/** A tracer of the real SDK that reports to `processor`; nothing global is set. */
export function tracerTo(processor: SpanProcessor, serviceName = 'orders'): Tracer {
  return new TracerProvider({ spanProcessors: [processor], resource: resourceFromAttributes({ 'service.name': serviceName }) }).getTracer(
    'test',
  );
}
