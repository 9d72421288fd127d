import type { ApiError } from '../core/error-codes.ts';
import { boolean, type ConfigDefinition, int, list, long, string } from './config-definition.ts';
import { valueProblem } from './config-value.ts';

/** A config of a topic always has a value. */
interface TopicConfigDefinition extends ConfigDefinition {
  readonly default: string;
}

const longest = '9223372036854775807';

const throttledReplicas = (name: string): TopicConfigDefinition => {
  const message = `${name} must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...`;
  return { ...list(''), format: { pattern: /^(\*,*|(\d+:\d+)?(,(\d+:\d+)?)*)$/, message } };
};

/**
 * The configs of a topic and their defaults. The broker accepts, validates, keeps and describes all of them. Those
 * about files, replication, tiered storage, the compression of the broker and the pace of compaction have no effect:
 * there are no files and no replicas, batches stay as producers compressed them, and compaction runs only on request.
 * Source: Apache Kafka 4.4, "Topic Configs".
 */
export const topicConfigs: Readonly<Record<string, TopicConfigDefinition>> = {
  'cleanup.policy': list('delete', 'compact', 'delete'),
  'compression.gzip.level': {
    type: 'INT',
    default: '-1',
    format: { pattern: /^(-1|[1-9])$/, message: 'Value must be between 1 and 9 or equal to -1' },
  },
  'compression.lz4.level': { ...int('9', 1), max: 17 },
  'compression.type': string('producer', 'uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'),
  'compression.zstd.level': { ...int('3', -131_072), max: 22 },
  'delete.retention.ms': long('86400000'),
  'errors.deadletterqueue.group.enable': boolean('false'),
  'file.delete.delay.ms': long('60000'),
  'flush.messages': long(longest, 1),
  'flush.ms': long(longest),
  'follower.replication.throttled.replicas': throttledReplicas('follower.replication.throttled.replicas'),
  'index.interval.bytes': int('4096'),
  'leader.replication.throttled.replicas': throttledReplicas('leader.replication.throttled.replicas'),
  'local.retention.bytes': long('-2', -2),
  'local.retention.ms': long('-2', -2),
  'max.compaction.lag.ms': long(longest, 1),
  'max.decompressed.message.bytes': { ...int('2147483639', 1), max: 2_147_483_639 },
  'max.message.bytes': int('1048588'),
  'message.timestamp.after.max.ms': long('3600000'),
  'message.timestamp.before.max.ms': long(longest),
  'message.timestamp.type': string('CreateTime', 'CreateTime', 'LogAppendTime'),
  'min.cleanable.dirty.ratio': { type: 'DOUBLE', default: '0.5', min: 0, max: 1 },
  'min.compaction.lag.ms': long('0'),
  'min.insync.replicas': int('1', 1),
  preallocate: boolean('false'),
  'remote.copy.lag.bytes': long('-1', -1),
  'remote.copy.lag.ms': long('0', -1),
  'remote.log.copy.disable': boolean('false'),
  'remote.log.delete.on.disable': boolean('false'),
  'remote.storage.enable': boolean('false'),
  'retention.bytes': { type: 'LONG', default: '-1' },
  'retention.ms': long('604800000', -1),
  'segment.bytes': int('1073741824', 1_048_576),
  'segment.index.bytes': int('10485760', 4),
  'segment.jitter.ms': long('0'),
  'segment.ms': long('604800000', 1),
  'unclean.leader.election.enable': boolean('false'),
};

/** Why a config must not be set for a topic; `undefined` when it may be. */
export function topicConfigProblem(name: string, value: string): ApiError | undefined {
  const definition = topicConfigs[name];
  const message = definition === undefined ? `Unknown topic config name: ${name}` : valueProblem(definition, name, value);
  return message === undefined ? undefined : { error: 'INVALID_CONFIG', message };
}

/** Why configs of a topic do not go together, or not with this broker; `undefined` when they do. @param value of a config, set or default */
export function topicConfigsProblem(value: (name: string) => string | undefined): ApiError | undefined {
  const [min, max] = [value('min.compaction.lag.ms')?.trim(), value('max.compaction.lag.ms')?.trim()];
  if (Number(min) > Number(max)) {
    const message = `conflict topic config setting min.compaction.lag.ms (${min}) > max.compaction.lag.ms (${max})`;
    return { error: 'INVALID_CONFIG', message };
  }
  if (value('remote.storage.enable')?.trim().toLowerCase() !== 'true') return undefined;
  const message = 'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.';
  return { error: 'INVALID_CONFIG', message };
}
