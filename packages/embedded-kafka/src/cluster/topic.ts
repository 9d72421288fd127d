import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { PartitionLogConfig } from '../log/partition-log.ts';
import type { BrokerConfigs } from './broker-configs.ts';
import { canonicalValue } from './config-value.ts';
import { Partition } from './partition.ts';
import { topicConfigs } from './topic-config.ts';

/** What a {@link Topic} is made with. */
interface TopicOptions {
  readonly clock: Clock;
  readonly brokerConfigs: BrokerConfigs;
}

/** A topic of the cluster. */
export class Topic {
  readonly name: string;
  /** A new id for each creation: a topic that is deleted and created again is another topic (KIP-516). */
  readonly id: string = randomUUID();
  readonly partitions: Partition[] = [];
  readonly #options: TopicOptions;
  #configs: ReadonlyMap<string, string>;

  constructor(name: string, configs: ReadonlyMap<string, string>, options: TopicOptions) {
    this.name = name;
    this.#configs = configs;
    this.#options = options;
  }

  addPartition(leader: number): void {
    const { clock } = this.#options;
    const configOf = (nodeId: number): PartitionLogConfig => this.#logConfig(nodeId);
    this.partitions.push(new Partition({ topic: this.name, index: this.partitions.length, leader, clock, configOf }));
  }

  /** The value of a config at a broker, set or default; `undefined` for an unknown config. */
  config(name: string, nodeId: number): string | undefined {
    const value = this.#configs.get(name) ?? this.#options.brokerConfigs.topicDefault(name, nodeId);
    const definition = topicConfigs[name];
    return value === undefined || definition === undefined ? value : canonicalValue(definition, value);
  }

  /** The configs that were set; all others have the broker's default. */
  get setConfigs(): ReadonlyMap<string, string> {
    return this.#configs;
  }

  /** Replaces all configs that were set. */
  replaceConfigs(configs: ReadonlyMap<string, string>): void {
    this.#configs = configs;
    this.readConfigs();
  }

  /** Takes over changed configs of the topic or of brokers. */
  readConfigs(): void {
    for (const partition of this.partitions) partition.readConfig();
  }

  #logConfig(nodeId: number): PartitionLogConfig {
    const text = (name: string): string | undefined => this.config(name, nodeId);
    const number = (name: string): number => Number(text(name));
    return {
      timestampType: text('message.timestamp.type') === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime',
      maxMessageBytes: number('max.message.bytes'),
      retentionMs: number('retention.ms'),
      retentionBytes: number('retention.bytes'),
      maxDecompressedMessageBytes: number('max.decompressed.message.bytes'),
      timestampBeforeMaxMs: number('message.timestamp.before.max.ms'),
      timestampAfterMaxMs: number('message.timestamp.after.max.ms'),
      deleteRetentionMs: number('delete.retention.ms'),
      cleanupPolicy: text('cleanup.policy') ?? 'delete',
    };
  }
}
