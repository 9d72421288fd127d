import { context, diag, DiagLogLevel, metrics, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { MeterProvider, type MetricData } from '@opentelemetry/sdk-metrics';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { SpanRecorder } from '@tracelink/testing';
import { OnDemandReader } from './on-demand-reader.ts';

/** OpenTelemetry as an application sets it up, and what it recorded in the current test. */
export interface TestTracing {
  /** Also fits other tracer providers, as one of their span processors. */
  readonly spans: SpanRecorder;
  /** The texts that `diag` got at the level of warnings or above. */
  readonly warnings: readonly string[];
  /** The metrics recorded since the test began, by name. */
  readonly metrics: () => Promise<ReadonlyMap<string, MetricData>>;
}

/**
 * Call it inside `describe`: registers the real SDK, globally, for the tests of the suite, and removes it after them.
 * A test that leaves a span open or untaken, or a context active, fails.
 */
export function useTracing(): TestTracing {
  const spans = new SpanRecorder();
  const warnings: string[] = [];
  let reader = new OnDemandReader();

  before('register the SDK', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(
      new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
    );
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [spans] }));
    diag.setLogger(warningsInto(warnings), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  });
  beforeEach('start with empty metrics', () => {
    warnings.length = 0;
    reader = new OnDemandReader();
    metrics.disable();
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  });
  afterEach('every span is taken, none is left', () => spans.assertDone());
  after('take the SDK down', () => {
    for (const api of [context, propagation, trace, metrics, diag]) api.disable();
  });

  return {
    spans,
    warnings,
    async metrics() {
      const { resourceMetrics } = await reader.collect();
      return new Map(resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics).map((metric) => [metric.descriptor.name, metric]));
    },
  };
}

function warningsInto(warnings: string[]): { [level in 'error' | 'warn' | 'info' | 'debug' | 'verbose']: (...words: unknown[]) => void } {
  const keep = (...words: unknown[]): void => void warnings.push(words.map(String).join(' '));
  const drop = (): void => {};
  return { error: keep, warn: keep, info: drop, debug: drop, verbose: drop };
}
