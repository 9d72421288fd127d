import { setTimeout as wait } from 'node:timers/promises';
import type { Assigner, PartitionAssigner } from 'kafkajs';
import { kafkaErrorName } from '../port/kafka-error.ts';
import { encodeAssignment, encodeSubscription, type TopicPartitions } from './consumer-protocol.ts';
import { subscribedTopics } from './subscribed-topics.ts';

type Cluster = Parameters<PartitionAssigner>[0]['cluster'];

// kafkajs' own: members of a group with its assignor and with this one agree.
const [name, version] = ['RoundRobinAssigner', 0];

/** What a broker answers for a while about a topic that was created, or whose leader has died. */
const passing: ReadonlySet<string> = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

// Milliseconds before it is asked again. The whole group waits.
const pauses = [100, 200, 400, 800];

/**
 * kafkajs' round robin, for members that read different topics. Its own (2.2.4) assigns the topics of the leader to all members, so that nobody
 * reads those that the leader does not, nor the partitions that members get of topics which they do not read.
 *
 * @param unassigned told of topics that no member gets, as the coordinator does not tell the leader their partitions: it may not describe them,
 * or they were deleted
 */
export function assignToReaders(unassigned: (topics: readonly string[]) => void): PartitionAssigner {
  return ({ cluster, groupId }): Assigner => ({
    name,
    version,
    protocol: ({ topics }) => ({ name, metadata: encodeSubscription(topics) }),
    async assign({ members, topics }) {
      // A member that does not tell gets what the leader reads, as with kafkajs' own.
      const subscriptions = new Map(members.map((member) => [member.memberId, subscribedTopics(member.memberMetadata) ?? topics]));
      const partitions = new Map(topics.map((topic) => [topic, idsOf(cluster.findTopicPartitionMetadata(topic))]));
      const missing: string[] = [];
      const others = [...new Set([...subscriptions.values()].flat())].filter((topic) => !partitions.has(topic));
      // At once: the coordinator hears nothing of the leader meanwhile, and must not take it for dead.
      const found = await Promise.all(others.map((topic) => partitionsOf(cluster, groupId, topic)));
      for (const [index, topic] of others.entries()) {
        const ids = found[index];
        if (ids === undefined) missing.push(topic);
        else partitions.set(topic, ids);
      }
      if (missing.length > 0) unassigned(missing);
      return [...inTurns(subscriptions, partitions)].map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: encodeAssignment(assignment),
      }));
    },
  });
}

/** One partition after the other to the readers of its topic: none has more than one more of it than another. */
function inTurns(subscriptions: ReadonlyMap<string, readonly string[]>, partitions: TopicPartitions): ReadonlyMap<string, TopicPartitions> {
  const assigned = new Map([...subscriptions.keys()].toSorted().map((memberId) => [memberId, new Map<string, number[]>()] as const));
  let turn = 0;
  for (const [topic, ids] of partitions) {
    const readers = [...assigned].filter(([memberId]) => subscriptions.get(memberId)?.includes(topic)).map(([, assignment]) => assignment);
    if (readers.length === 0) continue;
    for (const id of ids) {
      const assignment = readers[turn++ % readers.length] as Map<string, number[]>;
      const known = assignment.get(topic);
      if (known === undefined) assignment.set(topic, [id]);
      else known.push(id);
    }
  }
  return assigned;
}

/**
 * The partitions of a topic that the leader does not read. The leader's own metadata never names it: while a topic in it is missing, kafkajs
 * reads none of the others.
 *
 * @returns `undefined`: the coordinator does not tell
 * @throws what the client throws when the coordinator does not answer
 */
async function partitionsOf(cluster: Cluster, groupId: string, topic: string): Promise<readonly number[] | undefined> {
  const coordinator = await cluster.findGroupCoordinator({ groupId });
  for (let tries = 0; ; tries++) {
    try {
      const { topicMetadata } = await coordinator.metadata([topic]);
      return topicMetadata.flatMap(({ partitionMetadata }) => idsOf(partitionMetadata));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const pause = passing.has(kafkaErrorName(error)) ? pauses[tries] : undefined;
      if (pause === undefined) return undefined;
      await wait(pause);
    }
  }
}

/** Whether it is the broker's answer about the topic, and no failed connection. */
function isRefusal(error: unknown): boolean {
  return (error as Error).name === 'KafkaJSProtocolError';
}

function idsOf(partitions: readonly { readonly partitionId: number }[]): readonly number[] {
  return partitions.map(({ partitionId }) => partitionId);
}
