import { AggregationTemporality, MetricReader, type DataPoint } from '@opentelemetry/sdk-metrics';

/** Collects on demand, never by itself. */
export class OnDemandReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  }

  /** The points of a metric; none when nothing was recorded. */
  async points(name: string): Promise<readonly DataPoint<unknown>[]> {
    const { resourceMetrics } = await this.collect();
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return all.find((metric) => metric.descriptor.name === name)?.dataPoints ?? [];
  }

  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}
