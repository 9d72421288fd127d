import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { PartitionLog, type PartitionLogConfig } from '../log/partition-log.ts';
import { topicConfigs } from './topic-config.ts';

/** A partition: its log, and the broker that leads it. */
export interface Partition {
  readonly index: number;
  readonly log: PartitionLog;
  /** The id of the broker that leads the partition. */
  leader: number;
}

/** Makes a broker the leader of a partition in a new leader epoch, even when it leads the partition already. */
export function moveLeader(partition: Partition, nodeId: number): void {
  partition.leader = nodeId;
  partition.log.bumpLeaderEpoch();
}

/** A topic of the cluster. */
export class Topic {
  readonly name: string;
  /** A new id for each creation: a topic that is deleted and created again is another topic (KIP-516). */
  readonly id: string = randomUUID();
  readonly partitions: Partition[] = [];
  readonly #configs: Map<string, string>;
  readonly #clock: Clock;
  #logConfig: PartitionLogConfig;

  constructor(name: string, configs: ReadonlyMap<string, string>, clock: Clock) {
    this.name = name;
    this.#configs = new Map(configs);
    this.#clock = clock;
    this.#logConfig = this.#readLogConfig();
  }

  addPartition(leader: number): void {
    const index = this.partitions.length;
    const log = new PartitionLog({ topic: this.name, partition: index, clock: this.#clock, config: () => this.#logConfig });
    this.partitions.push({ index, log, leader });
  }

  /** The value of a config, set or default; `undefined` for an unknown config. */
  config(name: string): string | undefined {
    return this.#configs.get(name) ?? topicConfigs[name]?.default;
  }

  /** The configs that were set; all others have the broker's default. */
  get setConfigs(): ReadonlyMap<string, string> {
    return this.#configs;
  }

  /** Replaces all configs that were set. */
  replaceConfigs(configs: ReadonlyMap<string, string>): void {
    this.#configs.clear();
    for (const [name, value] of configs) this.#configs.set(name, value);
    this.#logConfig = this.#readLogConfig();
  }

  #readLogConfig(): PartitionLogConfig {
    const number = (name: string): number => Number(this.config(name));
    return {
      timestampType: this.config('message.timestamp.type') === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime',
      maxMessageBytes: number('max.message.bytes'),
      retentionMs: number('retention.ms'),
      retentionBytes: number('retention.bytes'),
      timestampAfterMaxMs: number('message.timestamp.after.max.ms'),
      deleteRetentionMs: number('delete.retention.ms'),
      cleanupPolicy: this.config('cleanup.policy') ?? 'delete',
    };
  }
}
