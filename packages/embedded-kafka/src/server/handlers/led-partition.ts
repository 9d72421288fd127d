import type { Partition } from '../../cluster/topic.ts';
import type { ErrorName } from '../../error-codes.ts';
import type { RequestContext } from '../request-context.ts';

/**
 * The partition, when this broker leads it in the epoch that the client knows; else the error that sends the client to
 * look for the leader.
 *
 * @param leaderEpoch -1 for a client that knows none (KIP-320)
 */
export function ledPartition(partition: Partition | undefined, { nodeId }: RequestContext, leaderEpoch = -1): Partition | ErrorName {
  if (partition === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION';
  if (partition.leader !== nodeId) return 'NOT_LEADER_OR_FOLLOWER';
  const error = partition.log.checkLeaderEpoch(leaderEpoch);
  return error === 'NONE' ? partition : error;
}
