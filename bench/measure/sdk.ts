import { context, metrics, propagation, ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { B3Propagator } from '@opentelemetry/propagator-b3';
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler, TracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Mode } from './scenario.ts';

/** What a library ran on. */
export interface Sdk {
  /** Recorded spans that have ended so far. */
  readonly ended: () => number;
  /** The names of the metrics that have a value so far; none without a meter provider. */
  readonly measured: () => Promise<readonly string[]>;
  /** The context of a request in whose span a producer sends; the root context without an SDK. */
  readonly request: Context;
}

/** Sets OpenTelemetry up for the whole process, the same for every library: SDK 3, B3 in one header, spans dropped at their end. */
export function startSdk(mode: Mode): Sdk {
  if (mode === 'none') return { ended: () => 0, measured: async () => [], request: ROOT_CONTEXT };
  let ended = 0;
  const drop: SpanProcessor = {
    onStart: () => {},
    onEnd: () => void ended++,
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const root = mode === 'unsampled' ? new AlwaysOffSampler() : new AlwaysOnSampler();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new B3Propagator());
  trace.setGlobalTracerProvider(new TracerProvider({ sampler: new ParentBasedSampler({ root }), spanProcessors: [drop] }));
  const reader = new IdleReader();
  if (mode === 'metrics') metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  const request = trace.setSpan(ROOT_CONTEXT, trace.getTracer('bench').startSpan('POST /orders'));
  const measured = (): Promise<readonly string[]> => (mode === 'metrics' ? reader.names() : Promise.resolve([]));
  return { ended: () => ended, measured, request };
}

/** Makes the SDK aggregate and collects only when it is asked: an export would land in some samples and not in others. */
class IdleReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  }

  async names(): Promise<readonly string[]> {
    const { resourceMetrics } = await this.collect();
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return all.filter(({ dataPoints }) => dataPoints.length > 0).map(({ descriptor }) => descriptor.name);
  }

  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}
