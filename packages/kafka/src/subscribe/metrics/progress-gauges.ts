import { metrics, type Attributes, type BatchObservableResult, type Meter, type ObservableGauge } from '@opentelemetry/api';
import type { ConsumerTracing } from '../../consumer/consumer-telemetry.ts';
import { guard } from '../../core/guard.ts';
import { Metric } from '../../telemetry/metric.ts';
import { Attr, Operation } from '../../telemetry/semconv.ts';
import { scope } from '../../core/version.ts';
import { partitionKey, type TopicPartition } from '../../client/record.ts';
import type { PartitionLog } from '../partitions/partition-log.ts';

/** The progress of a partition. */
export interface PartitionProgress extends TopicPartition {
  /** The committed offset. */
  readonly offset: bigint;
  /** The partition's end, as of the last fetch. */
  readonly end: bigint;
  /** Offsets from the committed one to the last completed one. */
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

  /** It is known where a partition continues, and where it ends. */
  opened(log: PartitionLog, end: bigint): void {
    const { topic, partition } = log;
    const { offset, completed } = log.committable();
    this.set({ topic, partition, offset, end, gap: completed.reach(offset) });
  }

  /** A partition moved past records that are never delivered, which may be beyond the end as it was known. */
  passed(log: PartitionLog): void {
    const { offset } = log.committable();
    const end = this.#partitions.get(partitionKey(log.topic, log.partition))?.end ?? offset;
    this.opened(log, end > offset ? end : offset);
  }

  /** The group rebalanced. */
  clear(): void {
    this.#partitions.clear();
  }

  stop(): void {
    this.#meter.removeBatchObservableCallback(this.#observe, [this.#lag, this.#gap]);
  }

  #report(result: BatchObservableResult): void {
    for (const { topic, partition, offset, end, gap } of this.#partitions.values()) {
      const attributes: Attributes = {
        ...this.#tracing.metricAttributes(Operation.process, topic),
        [Attr.PARTITION_ID]: String(partition),
      };
      result.observe(this.#lag, Number(end - offset), attributes);
      result.observe(this.#gap, gap, attributes);
    }
  }
}
