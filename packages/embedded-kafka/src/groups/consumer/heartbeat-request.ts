import type { ApiError, ErrorName } from '../../core/error-codes.ts';
import type { TopicIdPartitions } from './assignors/assignable-partitions.ts';

/** The epochs of requests that no member has. */
export const specialEpochs = { join: 0, leave: -1, leaveForNow: -2 } as const;

/** A ConsumerGroupHeartbeat request without the group id. Null says that a value has not changed. */
export interface HeartbeatRequest {
  /** Empty only in version 0, by a member that joins. */
  readonly memberId: string;
  /** That of the last response; or 0 to join, -1 to leave, and -2 of a static member that comes back. */
  readonly memberEpoch: number;
  /** Set for a static member. */
  readonly instanceId: string | null;
  readonly rackId: string | null;
  /** How long the member may take to give up partitions; -1 when it has not changed. */
  readonly rebalanceTimeoutMs: number;
  readonly subscribedTopicNames: readonly string[] | null;
  /** Empty for none. */
  readonly subscribedTopicRegex: string | null;
  readonly serverAssignor: string | null;
  /** The partitions that the member has; empty when it joins. */
  readonly topicPartitions: readonly TopicIdPartitions[] | null;
  readonly clientId: string | null;
  readonly clientHost: string;
}

/** The response to a {@link HeartbeatRequest}. With an error, only the message is set. */
export interface HeartbeatResult {
  readonly error: ErrorName;
  readonly message: string | null;
  readonly memberId: string | null;
  readonly memberEpoch: number;
  readonly heartbeatIntervalMs: number;
  /** The partitions that the member may have now; null when they have not changed. */
  readonly assignment: readonly TopicIdPartitions[] | null;
}

/** The response to a heartbeat that failed. */
export function failedHeartbeat({ error, message }: ApiError): HeartbeatResult {
  return { error, message, memberId: null, memberEpoch: 0, heartbeatIntervalMs: 0, assignment: null };
}

/** The response to a member that left. */
export function farewell({ memberId, memberEpoch }: HeartbeatRequest): HeartbeatResult {
  return { error: 'NONE', message: null, memberId, memberEpoch, heartbeatIntervalMs: 0, assignment: null };
}

/** What a request with this error and text is answered. */
export function problem(error: ErrorName, message: string): ApiError {
  return { error, message };
}

const invalid = (message: string): ApiError => problem('INVALID_REQUEST', message);

/** Why a request is invalid whatever the group is; `undefined` when it is valid. */
export function requestProblem(groupId: string, request: HeartbeatRequest, assignors: readonly string[]): ApiError | undefined {
  const { memberEpoch, serverAssignor, subscribedTopicRegex: regex } = request;
  if (groupId.trim() === '') return invalid("GroupId can't be empty.");
  if (request.instanceId === '') return invalid("InstanceId can't be empty.");
  if (request.rackId === '') return invalid("RackId can't be empty.");
  if (memberEpoch < specialEpochs.leaveForNow) return invalid('MemberEpoch is invalid.');
  if (memberEpoch === specialEpochs.leaveForNow && request.instanceId === null) return invalid("InstanceId can't be null.");
  if (memberEpoch !== specialEpochs.join) {
    if (request.memberId.trim() === '') return invalid("MemberId can't be empty.");
  } else {
    if (request.rebalanceTimeoutMs === -1) return invalid('RebalanceTimeoutMs must be provided in first request.');
    if (request.topicPartitions?.length !== 0) return invalid('TopicPartitions must be empty when (re-)joining.');
    if (request.subscribedTopicNames === null && request.subscribedTopicRegex === null)
      return invalid('Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.');
  }
  if (serverAssignor !== null && !assignors.includes(serverAssignor)) {
    const message = `ServerAssignor ${serverAssignor} is not supported. Supported assignors: ${assignors.join(', ')}.`;
    return problem('UNSUPPORTED_ASSIGNOR', message);
  }
  if (regex !== null && topicPattern(regex) === undefined)
    return problem('INVALID_REGULAR_EXPRESSION', `SubscribedTopicRegex \`${regex}\` is not a valid regular expression.`);
  return undefined;
}

/**
 * A subscription by pattern, which matches whole names of topics. Kafka's patterns are RE2's; these are JavaScript's,
 * which agree in what names of topics need.
 *
 * @returns `undefined` when it is no pattern
 */
export function topicPattern(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return undefined;
  }
}
