import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { SpanRecorder } from '@tracelink/testing';

/** Call it inside `describe`: the real SDK, global for the tests of the suite. Each test takes every span. */
export function useTracing(): SpanRecorder {
  const spans = new SpanRecorder();
  before('register the SDK', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [spans] }));
  });
  after('take the SDK down', () => {
    for (const api of [context, propagation, trace]) api.disable();
  });
  return spans;
}
