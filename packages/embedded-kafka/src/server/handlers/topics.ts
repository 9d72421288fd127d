import { configSources } from '../../cluster/config-definition.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Nodes } from '../../cluster/nodes.ts';
import { assignmentsProblem, leadersOf } from '../../cluster/replica-assignment.ts';
import type { Topic } from '../../cluster/topic.ts';
import { topicConfigs } from '../../cluster/topic-config.ts';
import { maxPartitionsPerRequest, namedTwice, tooManyPartitions } from '../../cluster/topics.ts';
import { errorCodes, type ApiError } from '../../core/error-codes.ts';
import type { Request, Response } from '../../wire/apis/apis.ts';
import { zeroUuid } from '../../wire/codecs/field-spec.ts';
import type { Handler, RequestContext } from './request-context.ts';

type NewTopicRequest = Request<'CreateTopics'>['topics'][number];

export const createTopics: Handler<'CreateTopics'> = (request, context) => {
  const { cluster, faultError } = context;
  const byName = Map.groupBy(request.topics, ({ name }) => name);
  const total = request.topics.reduce((sum, topic) => sum + Math.max(0, partitionCount(topic, cluster.options.defaultPartitions)), 0);
  const excess = total > maxPartitionsPerRequest ? tooManyPartitions : undefined;
  return {
    topics: [...byName].map(([name, asked]) => {
      const fault = faultError({ topic: name });
      if (fault !== 'NONE') return { name, topicId: zeroUuid, errorCode: errorCodes[fault], configs: null };
      const topic = asked[0];
      const duplicate = asked.length > 1 ? namedTwice : undefined;
      const { configs = [] } = topic ?? {};
      const assignments = (topic?.assignments ?? []).toSorted((a, b) => a.partitionIndex - b.partitionIndex);
      const leaders = leadersOf(
        assignments.map(({ brokerIds }) => brokerIds),
        cluster.nodes,
      );
      const partitions = topic === undefined ? -1 : partitionCount(topic, cluster.options.defaultPartitions);
      const wanted = { name, partitions, leaders, configs: new Map(configs.map((config) => [config.name, config.value])) };
      const error =
        excess ?? duplicate ?? cluster.topics.validate(wanted) ?? (topic && replicationProblem(topic, assignments, cluster.nodes));
      if (error !== undefined) {
        return { name, topicId: zeroUuid, errorCode: errorCodes[error.error], errorMessage: error.message, configs: null };
      }
      const topicId = request.validateOnly ? zeroUuid : cluster.topics.create(wanted).id;
      return {
        name,
        topicId,
        errorCode: errorCodes.NONE,
        numPartitions: partitions,
        replicationFactor: 1,
        configs: describeAll(wanted.configs, context),
      };
    }),
  };
};

function partitionCount({ numPartitions, assignments }: NewTopicRequest, defaultPartitions: number): number {
  return numPartitions === -1 ? assignments.length || defaultPartitions : numPartitions;
}

type CreatedConfig = NonNullable<Response<'CreateTopics'>['topics'][number]['configs']>[number];

/** All configs of a new topic (KIP-525): Apache Kafka's own client fails when the list is missing. */
function describeAll(set: ReadonlyMap<string, string | null>, { cluster, nodeId }: RequestContext): CreatedConfig[] {
  return Object.entries(topicConfigs).map(([name, { default: fallback }]) => {
    const [inherited] = cluster.brokerConfigs.topicSynonyms(name, nodeId);
    return {
      name,
      value: set.get(name) ?? inherited?.value ?? fallback,
      readOnly: false,
      configSource: set.has(name) ? configSources.topic : (inherited?.source ?? configSources.default),
      isSensitive: false,
    };
  });
}

/**
 * Checks replication factors and assignments as Apache Kafka does, although all brokers share one copy.
 *
 * @param assignments in the order of their partitions
 */
function replicationProblem(
  { numPartitions, replicationFactor }: NewTopicRequest,
  assignments: NewTopicRequest['assignments'],
  nodes: Nodes,
): ApiError | undefined {
  const brokers = nodes.all.length;
  if (assignments.length === 0) {
    if (replicationFactor === -1 || (replicationFactor >= 1 && replicationFactor <= brokers)) return undefined;
    return { error: 'INVALID_REPLICATION_FACTOR', message: `Replication factor must be from 1 to ${brokers}, the number of brokers.` };
  }
  const given = numPartitions !== -1 ? 'number of partitions' : 'replication factor';
  if (numPartitions !== -1 || replicationFactor !== -1)
    return { error: 'INVALID_REQUEST', message: `Where replicas are assigned, the request must leave the ${given} at -1.` };
  if (assignments.some(({ partitionIndex }, index) => partitionIndex !== index))
    return { error: 'INVALID_REPLICA_ASSIGNMENT', message: 'The assigned partitions must be numbered from 0 without a gap.' };
  return assignmentsProblem(
    assignments.map(({ brokerIds }) => brokerIds),
    nodes,
  );
}

export const deleteTopics: Handler<'DeleteTopics'> = (request, { cluster, faultError }) => {
  const byName = request.topicNames.map((name) => ({ name, topicId: zeroUuid }));
  const asked = askedOnce([...byName, ...request.topics], cluster);
  const sound = Map.groupBy(asked, ({ topic, problem }) => (problem === undefined ? topic : undefined));
  return {
    responses: asked.flatMap(({ name, topicId, topic, problem }): DeletedTopic[] => {
      const isAskedByBoth = problem === undefined && topic !== undefined && (sound.get(topic)?.length ?? 0) > 1;
      // The answer to its name is one to its id, too.
      if (isAskedByBoth && name === null) return [];
      const fault = faultError({ topic: topic?.name ?? name ?? undefined });
      if (fault !== 'NONE') return [{ name, topicId, errorCode: errorCodes[fault] }];
      const rejected = isAskedByBoth ? invalid('The provided topic name maps to an ID that was already supplied.') : problem;
      if (rejected !== undefined) return [{ name, topicId, errorCode: errorCodes[rejected.error], errorMessage: rejected.message }];
      if (topic === undefined) {
        const error = name === null ? errorCodes.UNKNOWN_TOPIC_ID : errorCodes.UNKNOWN_TOPIC_OR_PARTITION;
        return [{ name, topicId, errorCode: error }];
      }
      cluster.deleteTopic(topic);
      return [{ name: topic.name, topicId: topic.id, errorCode: errorCodes.NONE }];
    }),
  };
};

type NamedTopic = Request<'DeleteTopics'>['topics'][number];
type DeletedTopic = Response<'DeleteTopics'>['responses'][number];

/** The topics of a deletion, looked up before the first is deleted, each name and each id once. */
function askedOnce(named: readonly NamedTopic[], { topics }: Cluster): (NamedTopic & { topic?: Topic; problem?: ApiError })[] {
  // No name has a slash.
  const alike = Map.groupBy(named, ({ name, topicId }) => `${name ?? ''}/${topicId}`);
  return [...alike.values()].flatMap(([one, ...others]) => {
    if (one === undefined) return [];
    const topic = one.name === null ? topics.getById(one.topicId) : topics.get(one.name);
    const problem = namingProblem(one, others.length > 0);
    return [{ ...one, ...(topic && { topic }), ...(problem && { problem }) }];
  });
}

/** Why a topic that is named in this way is not deleted, whether it exists or not. */
function namingProblem({ name, topicId }: NamedTopic, isRepeated: boolean): ApiError | undefined {
  if (name !== null && topicId !== zeroUuid) return invalid('You may not specify both topic name and topic id.');
  if (name === null && topicId === zeroUuid) return invalid('Neither topic name nor id were specified.');
  if (!isRepeated) return undefined;
  return name === null ? invalid('Duplicate topic id.') : namedTwice;
}

function invalid(message: string): ApiError {
  return { error: 'INVALID_REQUEST', message };
}
