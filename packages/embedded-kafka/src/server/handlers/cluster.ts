import { errorCodes, type ErrorName } from '../../error-codes.ts';
import type { Topic } from '../../cluster/topic.ts';
import { zeroUuid } from '../../wire/codecs/field-spec.ts';
import type { Response } from '../../wire/apis.ts';
import type { Handler, RequestContext } from '../request-context.ts';

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
  return topic === undefined ? unknown(null, topicId, 'UNKNOWN_TOPIC_ID') : described(topic, context);
}

function byName(name: string, mayCreate: boolean, context: RequestContext): TopicMetadata {
  const { cluster } = context;
  const topic = cluster.topics.get(name);
  if (topic !== undefined) return described(topic, context);
  const fault = context.faultError({ topic: name });
  if (fault !== 'NONE') return unknown(name, zeroUuid, fault);
  const wanted = { name, partitions: cluster.options.defaultPartitions };
  const error = cluster.topics.validate(wanted);
  if (error !== undefined) return unknown(name, zeroUuid, error.error);
  if (!mayCreate || !cluster.options.autoCreateTopics) return unknown(name, zeroUuid, 'UNKNOWN_TOPIC_OR_PARTITION');
  return described(cluster.topics.create(wanted), context);
}

function described({ name, id, partitions }: Topic, { faultError }: RequestContext): TopicMetadata {
  const fault = faultError({ topic: name });
  if (fault !== 'NONE') return unknown(name, id, fault);
  return {
    errorCode: errorCodes.NONE,
    name,
    topicId: id,
    partitions: partitions.map(({ index, leader, log }) => ({
      errorCode: errorCodes.NONE,
      partitionIndex: index,
      leaderId: leader,
      leaderEpoch: log.leaderEpoch,
      replicaNodes: [leader],
      isrNodes: [leader],
    })),
  };
}

function unknown(name: string | null, topicId: string, error: ErrorName): TopicMetadata {
  return { errorCode: errorCodes[error], name, topicId, partitions: [] };
}
