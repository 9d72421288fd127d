import type { Partition } from '../../cluster/topic.ts';
import type { ErrorName } from '../../error-codes.ts';
import type { RequestContext } from '../request-context.ts';

/** A partition as a request names it. */
interface NamedPartition {
  /** `undefined` for an id that no topic has. */
  readonly topic: string | undefined;
  readonly partition: number;
  /** The epoch in which the client knows the leader; -1 for a client that knows none (KIP-320). @default -1 */
  readonly leaderEpoch?: number;
}

/**
 * The partition, when this broker leads it in the epoch that the client knows; else the error that sends the client to
 * look for the leader.
 */
export function requireLeader(
  { topic, partition: index, leaderEpoch = -1 }: NamedPartition,
  context: RequestContext,
): Partition | ErrorName {
  const fault = context.faultError({ topic, partition: index });
  if (fault !== 'NONE') return fault;
  const partition = topic === undefined ? undefined : context.cluster.topics.partition(topic, index);
  if (partition === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION';
  if (partition.leader !== context.nodeId) return 'NOT_LEADER_OR_FOLLOWER';
  const error = partition.log.checkLeaderEpoch(leaderEpoch);
  return error === 'NONE' ? partition : error;
}

/** NONE where this broker coordinates the group; else the error that sends the client to look for who does. */
export function groupError(group: string, context: RequestContext): ErrorName {
  const fault = context.faultError({ group });
  return fault === 'NONE' ? notCoordinator(group, context) : fault;
}

/** The same for a transactional id. */
export function transactionError(transactionalId: string, context: RequestContext): ErrorName {
  const fault = context.faultError();
  return fault === 'NONE' ? notCoordinator(transactionalId, context) : fault;
}

function notCoordinator(key: string, { cluster, nodeId }: RequestContext): ErrorName {
  return cluster.coordinatorOf(key)?.nodeId === nodeId ? 'NONE' : 'NOT_COORDINATOR';
}
