import { errorType } from '../../core/error-type.ts';

/**
 * What an error is to the engine is decided by the name that Kafka's protocol gives it (`UNKNOWN_TOPIC_OR_PARTITION`), never by a class of a
 * client. An error that a port rejects with has that name in `type`, or is a `KafkaError` with it; an error without such a name is one of
 * the client itself, as a lost connection.
 */
export class KafkaError extends Error {
  override readonly name = 'KafkaError';
  /** The name of the error in Kafka's protocol. */
  readonly type: string;

  /** @param cause the client's own error */
  constructor(type: string, message: string, cause: unknown) {
    super(message, { cause });
    this.type = type;
  }
}

/** Kafka's names of today for those that kafkajs (2.2.4) has kept from earlier versions of Kafka. */
const laterNames: Readonly<Record<string, string>> = {
  GROUP_LOAD_IN_PROGRESS: 'COORDINATOR_LOAD_IN_PROGRESS',
  GROUP_COORDINATOR_NOT_AVAILABLE: 'COORDINATOR_NOT_AVAILABLE',
  NOT_COORDINATOR_FOR_GROUP: 'NOT_COORDINATOR',
  NOT_LEADER_FOR_PARTITION: 'NOT_LEADER_OR_FOLLOWER',
};

/** The name of an error in today's protocol of Kafka; the name of its class for an error of the client itself. Never throws. */
export function kafkaErrorName(error: unknown): string {
  const name = errorType(error);
  return laterNames[name] ?? name;
}

/** Broker errors for a record that is too large: to send it again does not make it smaller. */
const tooLarge: ReadonlySet<string> = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/** Whether a broker rejected a record for its size. */
export function isTooLarge(error: unknown): boolean {
  return tooLarge.has(kafkaErrorName(error));
}

const denied = 'TOPIC_AUTHORIZATION_FAILED';

/** Whether a broker answered that the account may not do this with a topic. */
export function isTopicDenied(error: unknown): boolean {
  return kafkaErrorName(error) === denied;
}

/** The error of a topic that may not be read: that of a client does not name it. @param cause the client's own error */
export function topicDenied(topic: string, cause: unknown): KafkaError {
  return new KafkaError(denied, `The account may not read the topic "${topic}": allow it (READ).`, cause);
}

/** Errors by which a coordinator answers that the partitions are no longer this member's. */
const refusals: ReadonlySet<string> = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID']);

/** Whether a coordinator rejected a member's heartbeat or commit. */
export function isMembershipRefused(error: unknown): boolean {
  return refusals.has(kafkaErrorName(error));
}

/** Whether the coordinator has expelled the member: it sent no heartbeat for longer than its session. */
export function isExpulsion(error: unknown): boolean {
  return kafkaErrorName(error) === 'UNKNOWN_MEMBER_ID';
}

/** Whether the broker that answered no longer coordinates the group; also said by a cause, within wrappers of the client. */
export function isCoordinatorMoved(error: unknown): boolean {
  let current = error;
  while (current instanceof Error && kafkaErrorName(current) !== 'NOT_COORDINATOR') current = current.cause;
  return current instanceof Error;
}

/** Answers of a node that has died or no longer leads: another one, or the next one, can give it. */
export const failoverAnswers: ReadonlySet<string> = new Set([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'NOT_CONTROLLER',
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
]);
