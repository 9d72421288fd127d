// A program that makes one span and hands back tracing as a resource, then ends by itself.
import { trace } from '@opentelemetry/api';
import { tracing } from '@tracelink/sdk/register';

trace.getTracer('test').startSpan('last words').end();
await tracing[Symbol.asyncDispose]();
process.exit();
