import type { ApiError } from '../core/error-codes.ts';
import { type ConfigDefinition, int, list, long, valueProblem } from './config-definition.ts';

/** A config of a topic always has a value. */
interface TopicConfigDefinition extends ConfigDefinition {
  readonly default: string;
}

const longest = '9223372036854775807';

/**
 * The configs of a topic and their defaults. The broker accepts, keeps and describes all of them. Those about files,
 * replication and the pace of compaction have no effect: there are no files and no replicas, and compaction runs only
 * on request. Source: Apache Kafka 4.3, "Topic Configs".
 */
export const topicConfigs: Readonly<Record<string, TopicConfigDefinition>> = {
  'cleanup.policy': list('delete', 'delete', 'compact'),
  'compression.type': { type: 'STRING', default: 'producer', values: ['producer', 'uncompressed', 'gzip', 'snappy', 'lz4', 'zstd'] },
  'delete.retention.ms': long('86400000'),
  'file.delete.delay.ms': long('60000'),
  'flush.messages': long(longest, 1),
  'flush.ms': long(longest),
  'follower.replication.throttled.replicas': list(''),
  'index.interval.bytes': int('4096'),
  'leader.replication.throttled.replicas': list(''),
  'max.compaction.lag.ms': long(longest, 1),
  'max.message.bytes': int('1048588'),
  'message.timestamp.after.max.ms': long('3600000'),
  'message.timestamp.before.max.ms': long(longest),
  'message.timestamp.type': { type: 'STRING', default: 'CreateTime', values: ['CreateTime', 'LogAppendTime'] },
  'min.cleanable.dirty.ratio': { type: 'DOUBLE', default: '0.5', min: 0 },
  'min.compaction.lag.ms': long('0'),
  'min.insync.replicas': int('1', 1),
  preallocate: { type: 'BOOLEAN', default: 'false', values: ['true', 'false'] },
  'retention.bytes': long('-1', -1),
  'retention.ms': long('604800000', -1),
  'segment.bytes': int('1073741824', 14),
  'segment.index.bytes': int('10485760', 4),
  'segment.jitter.ms': long('0'),
  'segment.ms': long('604800000', 1),
  'unclean.leader.election.enable': { type: 'BOOLEAN', default: 'false', values: ['true', 'false'] },
};

/** Why a config must not be set for a topic; `undefined` when it may be. */
export function topicConfigProblem(name: string, value: string): ApiError | undefined {
  const definition = topicConfigs[name];
  const message = definition === undefined ? `Unknown topic config name: ${name}` : valueProblem(definition, name, value);
  return message === undefined ? undefined : { error: 'INVALID_CONFIG', message };
}
