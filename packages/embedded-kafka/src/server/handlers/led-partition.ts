import type { Partition } from '../../cluster/topic.ts';
import type { ErrorName } from '../../error-codes.ts';
import type { RequestContext } from '../request-context.ts';

/** The partition, when this broker leads it; else the error that sends the client to look for the leader. */
export function ledPartition(partition: Partition | undefined, { nodeId }: RequestContext): Partition | ErrorName {
  if (partition === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION';
  return partition.leader === nodeId ? partition : 'NOT_LEADER_OR_FOLLOWER';
}
