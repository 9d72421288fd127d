import type { MemberDescription } from '../any/group-requests.ts';
import { type AssignableTopics, type PartitionKey, byTopic } from './assignors/assignable-partitions.ts';
import type { ConsumerMembership } from './consumer-membership.ts';
import { assignmentBytes, type NamedPartitions, subscriptionBytes } from './consumer-protocol-bytes.ts';

/** A member as ConsumerGroupDescribe describes it. */
export interface ConsumerMemberDescription {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly memberEpoch: number;
  readonly clientId: string;
  readonly clientHost: string;
  readonly subscribedTopicNames: readonly string[];
  /** Empty for none. */
  readonly subscribedTopicRegex: string;
  /** What the member has, including what it is to give up. */
  readonly assignment: readonly NamedPartitions[];
  readonly targetAssignment: readonly NamedPartitions[];
}

/** The members of a group, with the names of the topics that still exist. */
export function describeMembers({ members, target }: ConsumerMembership, topics: AssignableTopics): ConsumerMemberDescription[] {
  return Array.from(members, (member) => ({
    memberId: member.memberId,
    instanceId: member.instanceId,
    rackId: member.rackId,
    memberEpoch: member.isAway ? -2 : member.progress.epoch,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: member.topicNames,
    subscribedTopicRegex: member.topicRegex ?? '',
    assignment: named(member.held, topics),
    targetAssignment: named(target.of(member), topics),
  }));
}

/** The members of a group, with the bytes that members of a classic group and their leader would write. */
export function describeClassically(membership: ConsumerMembership, topics: AssignableTopics): MemberDescription[] {
  return describeMembers(membership, topics).map((member) => ({
    memberId: member.memberId,
    groupInstanceId: member.instanceId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    memberMetadata: subscriptionBytes(member.subscribedTopicNames),
    memberAssignment: assignmentBytes(member.assignment),
  }));
}

function named(keys: Iterable<PartitionKey>, topics: AssignableTopics): NamedPartitions[] {
  return byTopic(keys).flatMap(({ topicId, partitions }) => {
    const topic = topics.getById(topicId);
    return topic === undefined ? [] : [{ topicId, topicName: topic.name, partitions }];
  });
}
