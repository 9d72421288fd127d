import { errorCodes, type ErrorName } from '../../core/error-codes.ts';
import type { Nodes } from '../../cluster/nodes.ts';
import type { Partition } from '../../cluster/partition.ts';
import type { Topic } from '../../cluster/topic.ts';
import { isTopicName } from '../../cluster/topics.ts';
import { zeroUuid } from '../../wire/codecs/field-spec.ts';
import type { Response } from '../../wire/apis/apis.ts';
import type { Handler, RequestContext } from './request-context.ts';

type TopicMetadata = Response<'Metadata'>['topics'][number];

/**
 * Describes the brokers and the leaders of partitions, and creates topics that are requested by name, where that is
 * enabled.
 */
export const metadata: Handler<'Metadata'> = (request, context) => {
  const { cluster, version } = context;
  const all = request.topics === null || (version === 0 && request.topics.length === 0);
  const topics = all
    ? cluster.topics.list().map((topic) => described(topic, context))
    : (request.topics ?? []).map(({ name, topicId }) =>
        name === null ? byId(topicId, context) : byName(name, request.allowAutoTopicCreation, context),
      );
  return {
    brokers: cluster.nodes.up,
    clusterId: cluster.clusterId,
    controllerId: cluster.controllerId,
    topics,
  };
};

export const describeCluster: Handler<'DescribeCluster'> = (_request, { cluster, faultError }) => ({
  errorCode: errorCodes[faultError()],
  clusterId: cluster.clusterId,
  controllerId: cluster.controllerId,
  brokers: cluster.nodes.up.map(({ nodeId, host, port }) => ({ brokerId: nodeId, host, port })),
});

function byId(topicId: string, context: RequestContext): TopicMetadata {
  const topic = context.cluster.topics.getById(topicId);
  if (topic !== undefined) return described(topic, context);
  const fault = context.faultError();
  return unknown(null, topicId, fault === 'NONE' ? 'UNKNOWN_TOPIC_ID' : fault);
}

function byName(name: string, mayCreate: boolean, context: RequestContext): TopicMetadata {
  const { cluster } = context;
  const topic = cluster.topics.get(name);
  if (topic !== undefined) return described(topic, context);
  const fault = context.faultError({ topic: name });
  if (fault !== 'NONE') return unknown(name, zeroUuid, fault);
  if (!isTopicName(name)) return unknown(name, zeroUuid, 'INVALID_TOPIC_EXCEPTION');
  const wanted = { name, partitions: cluster.options.defaultPartitions };
  const isCreated = mayCreate && cluster.options.autoCreateTopics && cluster.topics.validate(wanted) === undefined;
  return isCreated ? described(cluster.topics.create(wanted), context) : unknown(name, zeroUuid, 'UNKNOWN_TOPIC_OR_PARTITION');
}

function described({ name, id, partitions }: Topic, { cluster, faultError }: RequestContext): TopicMetadata {
  const fault = faultError({ topic: name });
  if (fault !== 'NONE') return unknown(name, id, fault);
  return {
    errorCode: errorCodes.NONE,
    name,
    topicId: id,
    partitions: partitions.map((partition) => describedPartition(partition, cluster.nodes)),
  };
}

function describedPartition({ index, leader, log }: Partition, nodes: Nodes): TopicMetadata['partitions'][number] {
  const known = { partitionIndex: index, leaderEpoch: log.leaderEpoch, replicaNodes: [leader], isrNodes: [leader] };
  if (nodes.isUp(leader)) return { ...known, errorCode: errorCodes.NONE, leaderId: leader };
  // No broker was up to take the partition over: it waits for this one.
  return { ...known, errorCode: errorCodes.LEADER_NOT_AVAILABLE, leaderId: -1, offlineReplicas: [leader] };
}

function unknown(name: string | null, topicId: string, error: ErrorName): TopicMetadata {
  return { errorCode: errorCodes[error], name, topicId, partitions: [] };
}

/** The name of each broker's only log directory; its records are in memory. */
const logDir = '/embedded-kafka';

type LogDir = Response<'DescribeLogDirs'>['results'][number];

/** Describes the size in bytes of the partitions that this broker leads. Unknown topics and partitions are omitted. */
export const describeLogDirs: Handler<'DescribeLogDirs'> = ({ topics: asked }, context) => {
  const errorCode = errorCodes[context.requestFaultError];
  if (errorCode !== errorCodes.NONE) return { errorCode, results: [{ errorCode, logDir, topics: [] }] };
  const wanted = asked && new Map(asked.map(({ topic, partitions }) => [topic, new Set(partitions)]));
  const topics = context.cluster.topics
    .list()
    .map((topic) => sizesOf(topic, wanted === null ? undefined : (wanted.get(topic.name) ?? new Set()), context))
    .filter(({ partitions }) => partitions.length > 0);
  return { errorCode, results: [{ errorCode, logDir, topics }] };
};

/** @param wanted `undefined` for all partitions */
function sizesOf(
  { name, partitions }: Topic,
  wanted: ReadonlySet<number> | undefined,
  { nodeId }: RequestContext,
): LogDir['topics'][number] {
  return {
    name,
    partitions: partitions
      .filter(({ index, leader }) => leader === nodeId && (wanted?.has(index) ?? true))
      .map(({ index, log }) => ({ partitionIndex: index, partitionSize: log.sizeInBytes, offsetLag: 0, isFutureKey: false })),
  };
}
