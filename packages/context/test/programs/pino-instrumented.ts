// pino under OpenTelemetry's own instrumentation, with `traceFields()` as its mixin: prints the lines, and the span's ids.
import { createRequire } from 'node:module';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { traceFields, withSpan } from '@tracelink/context';
import type { pino as Pino } from 'pino';

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const tracerProvider = new TracerProvider();
trace.setGlobalTracerProvider(tracerProvider);
const instrumentation = new PinoInstrumentation();
instrumentation.setTracerProvider(tracerProvider);
instrumentation.enable();

// Instrumentations see what is required after them; an import would come before.
const { pino } = createRequire(import.meta.url)('pino') as { pino: typeof Pino };
withSpan('request', (span) => {
  pino().info('alone');
  pino({ mixin: traceFields }).info('with the mixin');
  const { traceId, spanId } = span.spanContext();
  process.stdout.write(`${JSON.stringify({ traceId, spanId })}\n`);
});
