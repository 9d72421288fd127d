import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { SpanRecorder } from '@tracelink/testing';

/** A real SDK for each test of a suite; each test has to take every span. `also` are processors beside the recorder's. */
export function useTracing(also: readonly SpanProcessor[] = []): SpanRecorder {
  const spans = new SpanRecorder();
  before(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [spans, ...also] }));
  });
  afterEach(() => spans.assertDone());
  after(() => {
    trace.disable();
    context.disable();
  });
  return spans;
}
