import { metrics, type Attributes, type BatchObservableResult, type Meter, type MeterProvider } from '@opentelemetry/api';
import type { ConsumerTracing } from '../../consumer/consumer-telemetry.ts';
import { guard } from '../../core/guard.ts';
import { Metric } from '../../telemetry/metric.ts';
import { Attr, Operation } from '../../telemetry/semconv.ts';
import { scope } from '../../core/version.ts';
import { partitionKey, type TopicPartition } from '../../client/record.ts';
import type { BlockedPartition } from '../partitions/partition-controller.ts';
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

/** A value of a series. */
interface Observation {
  readonly metric: 'lag' | 'watermarkGap' | 'blockedPartitions';
  readonly value: number;
  readonly attributes: Attributes;
}

/**
 * Lag and watermark gap of the partitions that are ours, and how many are blocked, observed when metrics are collected. The metrics API has
 * no proxy that would follow a provider registered later: each event of a partition asks for the current one.
 */
export class ProgressGauges {
  readonly #tracing: ConsumerTracing;
  readonly #blocked: () => readonly BlockedPartition[];
  readonly #partitions = new Map<string, PartitionProgress>();
  #provider: MeterProvider | undefined;
  /** Of the last collection, by series. */
  #before: ReadonlyMap<string, Observation> = new Map();
  #remove: () => void = () => {};
  #isStopped = false;

  /** @param blocked returns the partitions that are blocked now */
  constructor(tracing: ConsumerTracing, blocked: () => readonly BlockedPartition[]) {
    this.#tracing = tracing;
    this.#blocked = blocked;
    this.follow();
  }

  /** Reports to the provider that is registered now, and to no other. */
  follow(): void {
    const provider = this.#tracing.options.meterProvider ?? metrics.getMeterProvider();
    if (provider === this.#provider || this.#isStopped) return;
    this.#provider = provider;
    guard('observing metrics', () => this.#register(provider.getMeter(scope.name, scope.version)), this.#tracing);
  }

  set(progress: PartitionProgress): void {
    this.follow();
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

  /** The group rebalanced: what is known of the partitions that are still ours stays. */
  keep(isOurs: (place: TopicPartition) => boolean): void {
    this.follow();
    for (const [key, progress] of this.#partitions) if (!isOurs(progress)) this.#partitions.delete(key);
  }

  /** No partition is this member's any more. */
  stop(): void {
    this.#isStopped = true;
  }

  #register(meter: Meter): void {
    this.#remove();
    this.#before = new Map();
    const gauges = {
      lag: meter.createObservableGauge(Metric.lag.name, Metric.lag),
      watermarkGap: meter.createObservableGauge(Metric.watermarkGap.name, Metric.watermarkGap),
      blockedPartitions: meter.createObservableGauge(Metric.blockedPartitions.name, Metric.blockedPartitions),
    };
    const all = Object.values(gauges);
    const observe = (result: BatchObservableResult): void => {
      guard(
        'observing metrics',
        () => this.#report((series, value) => result.observe(gauges[series.metric], value, series.attributes)),
        this.#tracing,
      );
      // Not at once: the meter goes through its callbacks.
      if (this.#isStopped) queueMicrotask(this.#remove);
    };
    meter.addBatchObservableCallback(observe, all);
    this.#remove = () => meter.removeBatchObservableCallback(observe, all);
  }

  /** OpenTelemetry's SDK (sdk-metrics 3.1) exports the last value of a series that is observed no more, for ever: its last one is 0. */
  #report(observe: (series: Observation, value: number) => void): void {
    const now = new Map(this.#isStopped ? [] : [...this.#progress(), ...this.#blocks()]);
    for (const series of now.values()) observe(series, series.value);
    for (const [key, series] of this.#before) if (!now.has(key)) observe(series, 0);
    this.#before = now;
  }

  *#progress(): Generator<readonly [string, Observation]> {
    for (const [key, { topic, partition, offset, end, gap }] of this.#partitions) {
      const attributes = { ...this.#tracing.metricAttributes(Operation.process, topic), [Attr.PARTITION_ID]: String(partition) };
      yield [`lag ${key}`, { metric: 'lag', value: Number(end - offset), attributes }];
      yield [`gap ${key}`, { metric: 'watermarkGap', value: gap, attributes }];
    }
  }

  *#blocks(): Generator<readonly [string, Observation]> {
    // A point for each: of two subscriptions of one group in a process, the later one would overwrite the other's count.
    for (const { topic, partition, reason } of this.#blocked()) {
      const ofTopic = this.#tracing.metricAttributes(Operation.process, topic);
      const attributes = { ...ofTopic, [Attr.PARTITION_ID]: String(partition), [Attr.BLOCK_REASON]: reason };
      yield [`${reason} ${partitionKey(topic, partition)}`, { metric: 'blockedPartitions', value: 1, attributes }];
    }
  }
}
