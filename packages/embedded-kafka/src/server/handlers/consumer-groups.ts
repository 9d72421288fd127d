import { errorCodes, type ErrorName } from '../../core/error-codes.ts';
import type { Response } from '../../wire/apis/apis.ts';
import { type Handler, groupError, type RequestContext } from './request-context.ts';

/** How a member of the consumer protocol joins, stays in and leaves a group, and learns its partitions (KIP-848). */
export const consumerGroupHeartbeat: Handler<'ConsumerGroupHeartbeat'> = (request, context) => {
  const { cluster, clientId, clientHost, version, requestFaultError } = context;
  const coordinatorError = requestFaultError === 'NONE' ? groupError(request.groupId, context) : requestFaultError;
  if (coordinatorError !== 'NONE') return failed(coordinatorError, null);
  // From version 1 on, members choose their ids (KIP-1082).
  if (version > 0 && request.memberId === '') return failed('INVALID_REQUEST', "MemberId can't be empty.");
  const { error, message, assignment, ...result } = cluster.groups.consumerHeartbeat({ ...request, clientId, clientHost });
  return { ...result, errorCode: errorCodes[error], errorMessage: message, assignment: assignment && { topicPartitions: assignment } };
};

function failed(error: ErrorName, errorMessage: string | null): Response<'ConsumerGroupHeartbeat'> {
  return { errorCode: errorCodes[error], errorMessage, memberEpoch: 0, heartbeatIntervalMs: 0 };
}

/** Describes groups of the consumer protocol; one of the classic protocol is none of them. */
export const consumerGroupDescribe: Handler<'ConsumerGroupDescribe'> = ({ groupIds }, context) => ({
  groups: groupIds.map((groupId) => describe(groupId, context)),
});

type Described = Response<'ConsumerGroupDescribe'>['groups'][number];

const unknown = { groupState: '', groupEpoch: 0, assignmentEpoch: 0, assignorName: '', members: [] };

function describe(groupId: string, context: RequestContext): Described {
  const coordinatorError = groupError(groupId, context);
  if (coordinatorError !== 'NONE') return { ...unknown, groupId, errorCode: errorCodes[coordinatorError] };
  if (groupId === '') return { ...unknown, groupId, errorCode: errorCodes.INVALID_GROUP_ID };
  const group = context.cluster.groups.get(groupId);
  if (group?.type !== 'consumer') {
    const errorMessage = group === undefined ? `Group ${groupId} not found.` : `Group ${groupId} is not a consumer group.`;
    return { ...unknown, groupId, errorCode: errorCodes.GROUP_ID_NOT_FOUND, errorMessage };
  }
  const members = group.describeMembers().map(({ assignment, targetAssignment, ...member }) => ({
    ...member,
    assignment: { topicPartitions: assignment },
    targetAssignment: { topicPartitions: targetAssignment },
    memberType: consumerMember,
  }));
  const { state, generationId, assignmentEpoch, assignorName } = group;
  return { errorCode: errorCodes.NONE, groupId, groupState: state, groupEpoch: generationId, assignmentEpoch, assignorName, members };
}

/** Source: Kafka's `ConsumerGroupDescribeResponse`, MemberType. */
const consumerMember = 1;
