import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { B3Propagator } from '@opentelemetry/propagator-b3';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { SpanRecorder } from '@tracelink/testing';

/** Call it inside `describe`: the SDK and B3 for the suite, and a recorder that each test must leave empty. */
export function useTracing(): SpanRecorder {
  const spans = new SpanRecorder();
  before('register the SDK', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new B3Propagator());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [spans] }));
  });
  afterEach('every span is taken', () => spans.assertDone());
  after('take the SDK down', () => {
    for (const api of [context, propagation, trace]) api.disable();
  });
  return spans;
}

/** Runs `fn` inside a span of the test, as HTTP instrumentation would run a request's handler. */
export async function inSpan<T>(name: string, fn: (traceId: string) => Promise<T>): Promise<T> {
  return trace.getTracer('test').startActiveSpan(name, async (span) => {
    try {
      return await fn(span.spanContext().traceId);
    } finally {
      span.end();
    }
  });
}
