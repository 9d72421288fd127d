import type { ErrorName } from '../../error-codes.ts';
import type { RequestContext } from '../request-context.ts';

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
