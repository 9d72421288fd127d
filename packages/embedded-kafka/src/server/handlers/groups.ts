import { errorCodes, type ErrorName } from '../../error-codes.ts';
import type { Handler, RequestContext } from '../request-context.ts';

/** Whether this broker coordinates that group or transactional id. */
export function coordinates(key: string, { cluster, nodeId }: RequestContext): boolean {
  return cluster.coordinatorOf(key)?.nodeId === nodeId;
}

export const findCoordinator: Handler<'FindCoordinator'> = (request, { cluster, version }) => {
  const keys = version >= 4 ? request.coordinatorKeys : [request.key];
  const coordinators = keys.map((key) => {
    const node = cluster.coordinatorOf(key);
    const errorCode = node === undefined ? errorCodes.COORDINATOR_NOT_AVAILABLE : errorCodes.NONE;
    return { key, errorCode, nodeId: node?.nodeId ?? -1, host: node?.host ?? '', port: node?.port ?? -1 };
  });
  return { ...coordinators[0], coordinators };
};

export const joinGroup: Handler<'JoinGroup'> = async (request, context) => {
  const { version, clientId, clientHost, signal, cluster } = context;
  if (!coordinates(request.groupId, context)) {
    return { errorCode: errorCodes.NOT_COORDINATOR, protocolName: '', leader: '', memberId: request.memberId, members: [] };
  }
  const { error, protocolName, ...result } = await cluster.groups.join({
    ...request,
    // Version 0 has no rebalance timeout: the session's is taken for it.
    rebalanceTimeoutMs: version === 0 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs,
    clientId,
    clientHost,
    requireKnownMemberId: version >= 4,
    supportsSkippingAssignment: version >= 9,
    signal,
  });
  // Only from version 7 on can there be no protocol.
  return { ...result, protocolName: version >= 7 ? protocolName : (protocolName ?? ''), errorCode: errorCodes[error] };
};

export const syncGroup: Handler<'SyncGroup'> = async (request, context) => {
  if (!coordinates(request.groupId, context)) return { errorCode: errorCodes.NOT_COORDINATOR, assignment: Buffer.alloc(0) };
  const { error, ...result } = await context.cluster.groups.sync({ ...request, signal: context.signal });
  return { ...result, errorCode: errorCodes[error] };
};

export const heartbeat: Handler<'Heartbeat'> = (request, context) => ({
  errorCode: errorCodes[coordinates(request.groupId, context) ? context.cluster.groups.heartbeat(request) : 'NOT_COORDINATOR'],
});

export const leaveGroup: Handler<'LeaveGroup'> = ({ groupId, memberId, members }, context) => {
  if (!coordinates(groupId, context)) return { errorCode: errorCodes.NOT_COORDINATOR, members: [] };
  const leaving = context.version >= 3 ? members : [{ memberId, groupInstanceId: null }];
  const result = context.cluster.groups.leave({ groupId, members: leaving });
  // Before version 3 there is one member, and its error is the answer's.
  const error: ErrorName = context.version >= 3 ? result.error : (result.members[0]?.error ?? result.error);
  return {
    errorCode: errorCodes[error],
    members: result.members.map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      errorCode: errorCodes[member.error],
    })),
  };
};
