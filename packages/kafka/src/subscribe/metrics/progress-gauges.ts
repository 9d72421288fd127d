import { metrics, type Attributes, type BatchObservableResult, type Meter, type ObservableGauge } from '@opentelemetry/api';
import type { ConsumerTracing } from '../../consumer/consumer-telemetry.ts';
import { guard } from '../../core/guard.ts';
import { Metric } from '../../telemetry/metric.ts';
import { Attr, Operation } from '../../telemetry/semconv.ts';
import { scope } from '../../core/version.ts';
import { partitionKey } from '../../client/record.ts';

/** The progress of a partition when it was last committed. */
export interface PartitionProgress {
  readonly topic: string;
  readonly partition: number;
  /** Messages from the commit to the partition's end, as of the last fetch. */
  readonly lag: number;
  /** Messages from the commit to the last completed one. */
  readonly gap: number;
}

/** Lag and watermark gap of the partitions that are ours, observed when metrics are collected. */
export class ProgressGauges {
  readonly #tracing: ConsumerTracing;
  readonly #partitions = new Map<string, PartitionProgress>();
  readonly #meter: Meter;
  readonly #lag: ObservableGauge;
  readonly #gap: ObservableGauge;
  readonly #observe: (result: BatchObservableResult) => void;

  constructor(tracing: ConsumerTracing) {
    this.#tracing = tracing;
    this.#meter = (tracing.options.meterProvider ?? metrics.getMeterProvider()).getMeter(scope.name, scope.version);
    this.#lag = this.#meter.createObservableGauge(Metric.lag.name, Metric.lag);
    this.#gap = this.#meter.createObservableGauge(Metric.watermarkGap.name, Metric.watermarkGap);
    this.#observe = (result) => guard('observing metrics', () => this.#report(result), tracing);
    this.#meter.addBatchObservableCallback(this.#observe, [this.#lag, this.#gap]);
  }

  set(progress: PartitionProgress): void {
    this.#partitions.set(partitionKey(progress.topic, progress.partition), progress);
  }

  /** The group rebalanced. */
  clear(): void {
    this.#partitions.clear();
  }

  stop(): void {
    this.#meter.removeBatchObservableCallback(this.#observe, [this.#lag, this.#gap]);
  }

  #report(result: BatchObservableResult): void {
    for (const { topic, partition, lag, gap } of this.#partitions.values()) {
      const attributes: Attributes = {
        ...this.#tracing.metricAttributes(Operation.process, topic),
        [Attr.PARTITION_ID]: String(partition),
      };
      result.observe(this.#lag, lag, attributes);
      result.observe(this.#gap, gap, attributes);
    }
  }
}
