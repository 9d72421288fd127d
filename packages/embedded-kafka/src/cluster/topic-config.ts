/** The config types of DescribeConfigs and their numbers. Source: Kafka's `DescribeConfigsResponse.ConfigType`. */
export const configTypes = { BOOLEAN: 1, STRING: 2, INT: 3, LONG: 5, DOUBLE: 6, LIST: 7 } as const;

/** The definition of one topic config. */
export interface ConfigDefinition {
  readonly type: keyof typeof configTypes;
  readonly default: string;
  /** The allowed values of an enumeration; for a list, the allowed elements. */
  readonly values?: readonly string[];
  /** The smallest allowed number. */
  readonly min?: number;
}

const long = (value: string, min = 0): ConfigDefinition => ({ type: 'LONG', default: value, min });
const int = (value: string, min = 0): ConfigDefinition => ({ type: 'INT', default: value, min });
const longest = '9223372036854775807';

/**
 * The configs of a topic and their defaults. The broker accepts, keeps and describes all of them. Those about files,
 * replication and the pace of compaction have no effect: there are no files and no replicas, and compaction runs only
 * on request. Source: Apache Kafka 4.3, "Topic Configs".
 */
export const topicConfigs: Readonly<Record<string, ConfigDefinition>> = {
  'cleanup.policy': { type: 'LIST', default: 'delete', values: ['delete', 'compact'] },
  'compression.type': { type: 'STRING', default: 'producer', values: ['producer', 'uncompressed', 'gzip', 'snappy', 'lz4', 'zstd'] },
  'delete.retention.ms': long('86400000'),
  'file.delete.delay.ms': long('60000'),
  'flush.messages': long(longest, 1),
  'flush.ms': long(longest),
  'follower.replication.throttled.replicas': { type: 'LIST', default: '' },
  'index.interval.bytes': int('4096'),
  'leader.replication.throttled.replicas': { type: 'LIST', default: '' },
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

/** Why a config is invalid, as a message for the client; `undefined` when it is valid. */
export function configProblem(name: string, value: string | null): string | undefined {
  const definition = topicConfigs[name];
  if (definition === undefined) return `Unknown topic config name: ${name}`;
  if (value === null) return `Null value not supported for topic configs: ${name}`;
  const { type, values, min } = definition;
  const wrong = `Invalid value ${value} for configuration ${name}`;
  if (type === 'LIST') {
    const unknown = value.split(',').find((element) => values !== undefined && !values.includes(element.trim()));
    return unknown === undefined ? undefined : `${wrong}: String must be one of: ${values?.join(', ')}`;
  }
  if (values !== undefined) return values.includes(value) ? undefined : `${wrong}: String must be one of: ${values.join(', ')}`;
  if (type === 'DOUBLE' ? !/^\d+(\.\d+)?$/.test(value) : !/^-?\d+$/.test(value)) return `${wrong}: Not a number of type ${type}`;
  return Number(value) < (min ?? 0) ? `${wrong}: Value must be at least ${min}` : undefined;
}
