import { replicasProblem } from '../../cluster/replica-assignment.ts';
import { type ApiError, errorCodes } from '../../core/error-codes.ts';
import type { Handler, RequestContext } from './request-context.ts';

/**
 * Checks the new replicas as Apache Kafka does. There is one copy of a partition, and all brokers have it: a reassignment
 * is complete at once, and when the leader is not among the new replicas, the first of them that is up leads. While none is up, the old leader
 * stays.
 */
export const alterPartitionReassignments: Handler<'AlterPartitionReassignments'> = (request, context) => {
  const responses = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex, replicas }) => {
      const { error = 'NONE', message = null } = reassign({ topic: name, partition: partitionIndex, replicas }, context);
      return { partitionIndex, errorCode: errorCodes[error], errorMessage: message };
    }),
  }));
  return { allowReplicationFactorChange: request.allowReplicationFactorChange, errorCode: errorCodes.NONE, responses };
};

interface Reassignment {
  readonly topic: string;
  readonly partition: number;
  /** Null to cancel the reassignment in progress. */
  readonly replicas: readonly number[] | null;
}

function reassign({ topic, partition: index, replicas }: Reassignment, { cluster, faultError }: RequestContext): Partial<ApiError> {
  const fault = faultError({ topic, partition: index });
  if (fault !== 'NONE') return { error: fault };
  const found = cluster.topics.get(topic);
  const partition = found?.partitions[index];
  const unknown = found === undefined ? `Unable to find a topic named ${topic}.` : `Unable to find partition ${topic}:${index}.`;
  if (partition === undefined) return { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: unknown };
  if (replicas === null) return { error: 'NO_REASSIGNMENT_IN_PROGRESS' };
  const message = replicasProblem(replicas, cluster.options.brokers);
  if (message !== undefined) return { error: 'INVALID_REPLICA_ASSIGNMENT', message };
  const { nodes } = cluster;
  const next = replicas.find((id) => nodes.isUp(id));
  const keepsLeader = replicas.includes(partition.leader) && nodes.isUp(partition.leader);
  if (next !== undefined && !keepsLeader) partition.moveLeader(next);
  return {};
}

/** None is ever in progress. */
export const listPartitionReassignments: Handler<'ListPartitionReassignments'> = (_request, { requestFaultError }) => ({
  errorCode: errorCodes[requestFaultError],
  topics: [],
});
