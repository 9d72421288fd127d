// A program that makes one span and ends the process by itself, once its spans are delivered.
import { trace } from '@opentelemetry/api';
import { tracing } from '@tracelink/sdk/register';

trace.getTracer('test').startSpan('last words').end();
await tracing.shutdown();
process.exit();
