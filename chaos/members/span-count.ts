import { context, propagation, trace, type Span } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { B3Propagator } from '@opentelemetry/propagator-b3';
import { AlwaysOnSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Mutant } from './mutants.ts';

/** The spans of this process. */
export interface SpanCount {
  /** The number of started and not ended spans. */
  readonly open: number;
}

/** Starts an SDK for the whole process that records every span and keeps none. */
export function startSpanCount(mutant: Mutant | undefined): SpanCount {
  let open = 0;
  let begun = 0;
  const count = {
    onStart: (span: Span) => {
      open++;
      if (mutant === 'spans-open' && ++begun % 100 === 0) span.end = () => {};
    },
    onEnd: () => void open--,
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new B3Propagator());
  trace.setGlobalTracerProvider(new TracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [count] }));
  return {
    get open() {
      return open;
    },
  };
}
