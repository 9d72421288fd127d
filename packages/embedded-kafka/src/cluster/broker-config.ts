import { boolean, type ConfigDefinition, int, list, string } from './config-definition.ts';
import { topicConfigs } from './topic-config.ts';

/** A config of a broker. */
export interface BrokerConfigDefinition extends ConfigDefinition {
  /** Whether it changes while the broker runs. All others are read-only. */
  readonly isDynamic: boolean;
}

/**
 * The broker config that a topic takes the default of its own config from. Topic configs without one here have their
 * default for themselves. Source: Apache Kafka 4.4, "Topic Configs", Server Default Property.
 */
const brokerNames: Readonly<Record<string, string>> = {
  'cleanup.policy': 'log.cleanup.policy',
  'compression.gzip.level': 'compression.gzip.level',
  'compression.lz4.level': 'compression.lz4.level',
  'compression.type': 'compression.type',
  'compression.zstd.level': 'compression.zstd.level',
  'delete.retention.ms': 'log.cleaner.delete.retention.ms',
  'file.delete.delay.ms': 'log.segment.delete.delay.ms',
  'flush.messages': 'log.flush.interval.messages',
  'flush.ms': 'log.flush.interval.ms',
  'index.interval.bytes': 'log.index.interval.bytes',
  'local.retention.bytes': 'log.local.retention.bytes',
  'local.retention.ms': 'log.local.retention.ms',
  'max.compaction.lag.ms': 'log.cleaner.max.compaction.lag.ms',
  'max.decompressed.message.bytes': 'max.decompressed.message.bytes',
  'max.message.bytes': 'message.max.bytes',
  'message.timestamp.after.max.ms': 'log.message.timestamp.after.max.ms',
  'message.timestamp.before.max.ms': 'log.message.timestamp.before.max.ms',
  'message.timestamp.type': 'log.message.timestamp.type',
  'min.cleanable.dirty.ratio': 'log.cleaner.min.cleanable.ratio',
  'min.compaction.lag.ms': 'log.cleaner.min.compaction.lag.ms',
  'min.insync.replicas': 'min.insync.replicas',
  preallocate: 'log.preallocate',
  'remote.copy.lag.bytes': 'log.remote.copy.lag.bytes',
  'remote.copy.lag.ms': 'log.remote.copy.lag.ms',
  'retention.bytes': 'log.retention.bytes',
  'retention.ms': 'log.retention.ms',
  'segment.bytes': 'log.segment.bytes',
  'segment.index.bytes': 'log.index.size.max.bytes',
  'segment.jitter.ms': 'log.roll.jitter.ms',
  'segment.ms': 'log.roll.ms',
  'unclean.leader.election.enable': 'unclean.leader.election.enable',
};

/** In Apache Kafka these are null, and a config in another unit has the default. */
const withoutDefault: ReadonlySet<string> = new Set(['flush.ms', 'retention.ms', 'segment.jitter.ms', 'segment.ms']);

const ofTopics = Object.entries(brokerNames).flatMap(([topicName, name]): [string, BrokerConfigDefinition][] => {
  const definition = topicConfigs[topicName];
  if (definition === undefined) return [];
  return [[name, { ...definition, default: withoutDefault.has(topicName) ? null : definition.default, isDynamic: true }]];
});

const fixed = (definition: ConfigDefinition): BrokerConfigDefinition => ({ ...definition, isDynamic: false });

/**
 * The configs of a broker and their defaults: those that reflect options, and those that topics take their defaults
 * from. Source: Apache Kafka 4.4, "Broker Configs".
 */
export const brokerConfigs: Readonly<Record<string, BrokerConfigDefinition>> = {
  ...Object.fromEntries(ofTopics),
  'auto.create.topics.enable': fixed(boolean('true')),
  'broker.id': fixed(int('-1', -1)),
  'default.replication.factor': fixed(int('1', 1)),
  'group.consumer.assignment.interval.ms': { ...int('1000'), isDynamic: true },
  'group.consumer.assignors': fixed(list('uniform,range')),
  'group.consumer.heartbeat.interval.ms': fixed(int('5000', 1)),
  'group.consumer.migration.policy': fixed(string('bidirectional')),
  'group.consumer.min.heartbeat.interval.ms': fixed(int('5000', 1)),
  'group.consumer.min.session.timeout.ms': fixed(int('45000', 1)),
  'group.consumer.session.timeout.ms': fixed(int('45000', 1)),
  'group.initial.rebalance.delay.ms': fixed(int('3000')),
  'num.partitions': fixed(int('1', 1)),
};

/** The broker config that a topic config takes its default from; `undefined` when there is none. */
export function brokerNameOf(topicConfig: string): string | undefined {
  return brokerNames[topicConfig];
}
