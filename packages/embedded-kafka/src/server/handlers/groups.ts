import { errorCodes, type ErrorName } from '../../core/error-codes.ts';
import { type Handler, groupError } from './request-context.ts';

/** Groups and transactional ids. Share groups are not supported. */
const keyTypes: readonly number[] = [0, 1];

export const findCoordinator: Handler<'FindCoordinator'> = (request, { cluster, version, faultError }) => {
  const keys = version >= 4 ? request.coordinatorKeys : [request.key];
  const coordinators = keys.map((key) => {
    const fault = faultError({ group: key });
    const error = fault === 'NONE' && !keyTypes.includes(request.keyType) ? 'INVALID_REQUEST' : fault;
    const node = error === 'NONE' ? cluster.coordinatorOf(key) : undefined;
    const errorCode = errorCodes[error === 'NONE' && node === undefined ? 'COORDINATOR_NOT_AVAILABLE' : error];
    return { key, errorCode, nodeId: node?.nodeId ?? -1, host: node?.host ?? '', port: node?.port ?? -1 };
  });
  return { ...coordinators[0], coordinators };
};

export const joinGroup: Handler<'JoinGroup'> = async (request, context) => {
  const { version, clientId, clientHost, signal, cluster } = context;
  const coordinatorError = groupError(request.groupId, context);
  if (coordinatorError !== 'NONE') {
    return { errorCode: errorCodes[coordinatorError], protocolName: '', leader: '', memberId: request.memberId, members: [] };
  }
  const { error, protocolName, ...result } = await cluster.groups.join({
    ...request,
    // Version 0 has no rebalance timeout: the session timeout applies.
    rebalanceTimeoutMs: version === 0 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs,
    clientId,
    clientHost,
    requireKnownMemberId: version >= 4,
    supportsSkippingAssignment: version >= 9,
    signal,
  });
  // The protocol name is nullable only from version 7 on.
  return { ...result, protocolName: version >= 7 ? protocolName : (protocolName ?? ''), errorCode: errorCodes[error] };
};

export const syncGroup: Handler<'SyncGroup'> = async (request, context) => {
  const coordinatorError = groupError(request.groupId, context);
  if (coordinatorError !== 'NONE') return { errorCode: errorCodes[coordinatorError], assignment: Buffer.alloc(0) };
  // From version 5 on, a member must send its protocol type and name (KIP-559).
  if (context.version >= 5 && (request.protocolType === null || request.protocolName === null))
    return { errorCode: errorCodes.INCONSISTENT_GROUP_PROTOCOL, assignment: Buffer.alloc(0) };
  const { error, ...result } = await context.cluster.groups.sync({ ...request, signal: context.signal });
  return { ...result, errorCode: errorCodes[error] };
};

export const heartbeat: Handler<'Heartbeat'> = (request, context) => {
  const coordinatorError = groupError(request.groupId, context);
  return { errorCode: errorCodes[coordinatorError === 'NONE' ? context.cluster.groups.heartbeat(request) : coordinatorError] };
};

export const leaveGroup: Handler<'LeaveGroup'> = ({ groupId, memberId, members }, context) => {
  const coordinatorError = groupError(groupId, context);
  if (coordinatorError !== 'NONE') return { errorCode: errorCodes[coordinatorError], members: [] };
  const leaving = context.version >= 3 ? members : [{ memberId, groupInstanceId: null }];
  const result = context.cluster.groups.leave({ groupId, members: leaving });
  // Before version 3, a request names one member, and its error is the response's error.
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
