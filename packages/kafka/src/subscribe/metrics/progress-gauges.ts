import type { Attributes } from '@opentelemetry/api';
import type { ConsumerTracing } from '../../consumer/consumer-telemetry.ts';
import { ObservedGauges, type Observation } from '../../core/observed-gauges.ts';
import { Metric } from '../../telemetry/metric.ts';
import { Attr, Operation } from '../../telemetry/semconv.ts';
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

type Series = readonly [key: string, Observation<'lag' | 'watermarkGap' | 'blockedPartitions'>];

/**
 * Lag and watermark gap of the partitions that are ours, and how many are blocked. Each event of a partition asks for the meter provider that
 * is registered now.
 */
export class ProgressGauges {
  readonly #tracing: ConsumerTracing;
  readonly #blocked: () => readonly BlockedPartition[];
  readonly #partitions = new Map<string, PartitionProgress>();
  readonly #gauges: ObservedGauges<'lag' | 'watermarkGap' | 'blockedPartitions'>;

  /** @param blocked returns the partitions that are blocked now */
  constructor(tracing: ConsumerTracing, blocked: () => readonly BlockedPartition[]) {
    this.#tracing = tracing;
    this.#blocked = blocked;
    this.#gauges = new ObservedGauges(
      tracing,
      { lag: Metric.lag, watermarkGap: Metric.watermarkGap, blockedPartitions: Metric.blockedPartitions },
      () => [...this.#progress(), ...this.#blocks()],
    );
  }

  /** Reports to the provider that is registered now, and to no other. */
  follow(): void {
    this.#gauges.follow();
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
    this.#gauges.stop();
  }

  *#progress(): Generator<Series> {
    for (const [key, { topic, partition, offset, end, gap }] of this.#partitions) {
      const attributes = this.#attributes(topic, partition);
      yield [`lag ${key}`, { metric: 'lag', value: Number(end - offset), attributes }];
      yield [`gap ${key}`, { metric: 'watermarkGap', value: gap, attributes }];
    }
  }

  *#blocks(): Generator<Series> {
    // A point for each: of two subscriptions of one group in a process, the later one would overwrite the other's count.
    for (const { topic, partition, reason } of this.#blocked()) {
      const attributes = { ...this.#attributes(topic, partition), [Attr.BLOCK_REASON]: reason };
      yield [`${reason} ${partitionKey(topic, partition)}`, { metric: 'blockedPartitions', value: 1, attributes }];
    }
  }
  /** A partition has no meaning without its topic: with the template alone, the topics of one would overwrite each other's values. */
  #attributes(topic: string, partition: number): Attributes {
    const ofTopic = this.#tracing.metricAttributes(Operation.process, topic);
    return { ...ofTopic, [Attr.DESTINATION_NAME]: topic, [Attr.PARTITION_ID]: String(partition) };
  }
}
