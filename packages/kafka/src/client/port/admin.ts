import type { HighWatermarkSource } from './high-watermarks.ts';

/** The offsets of one partition, decimals: its first, and the one after its last record before transactions that are open. */
export interface PartitionEnds {
  readonly partition: number;
  readonly low: string;
  readonly high: string;
}

/** A commit of a group. */
export interface CommittedOffset {
  readonly partition: number;
  /** Decimal; `-1`: there is none. */
  readonly offset: string;
  /** `null`, or empty: it has none. */
  readonly metadata: string | null;
}

/**
 * The metadata that was written with a commit. The binding of `@confluentinc/kafka-javascript` (1.10.1) ends it with a zero byte, which
 * every client reads.
 */
export function writtenMetadata({ metadata }: CommittedOffset): string | null {
  return metadata !== null && metadata.endsWith('\0') ? metadata.slice(0, -1) : metadata;
}

/** A partition, as its topic's metadata describes it. */
export interface PartitionDescription {
  readonly partitionId: number;
  readonly partitionErrorCode: number;
  /** The broker that leads it; -1: none at present. */
  readonly leader: number;
  readonly replicas: number[];
  readonly isr: number[];
}

/** A topic to create. */
export interface TopicToCreate {
  readonly topic: string;
  readonly numPartitions: number;
  readonly configEntries: { name: string; value: string }[];
}

/** Kafka's number for a topic where configurations are described. */
export const TOPIC_RESOURCE = 2 as const;

/** Configurations to describe. */
export interface ConfigQuery {
  readonly resources: { readonly type: typeof TOPIC_RESOURCE; readonly name: string; readonly configNames: string[] }[];
  readonly includeSynonyms: boolean;
}

/** What a broker says of configurations. */
export interface ConfigAnswer {
  readonly resources: readonly {
    readonly resourceName: string;
    readonly configEntries: readonly { readonly configName: string; readonly configValue: string | null }[];
  }[];
}

/** A member of a group, as the group's coordinator describes it. */
export interface MemberDescription {
  readonly memberId: string;
  /**
   * The topics that it reads: its subscription, or, where the client tells assignments only, the topics of its partitions. Absent: not
   * known, as the coordinator does not tell it while the group rebalances.
   */
  readonly topics?: readonly string[] | undefined;
}

/** A group, as its coordinator describes it. */
export interface GroupDescription {
  readonly groupId: string;
  /** None: nobody is a member, or there is no such group. */
  readonly members: readonly MemberDescription[];
}

/**
 * What the engine asks of brokers about topics and groups. Methods have the names and shapes of kafkajs' admin client, so that its adapter
 * has little to translate. Every request is repeated by the adapter while brokers fail over (`COORDINATOR_NOT_AVAILABLE`, `NOT_COORDINATOR`,
 * `COORDINATOR_LOAD_IN_PROGRESS`, `NOT_LEADER_OR_FOLLOWER`, `LEADER_NOT_AVAILABLE`, a lost connection): for some seconds, and no
 * longer than until `disconnect`. None may create a topic that it asks about.
 *
 * @throws errors with the name of Kafka's protocol, see `KafkaError`: `UNKNOWN_TOPIC_OR_PARTITION` for a topic that is not there
 */
export interface AdminPort extends HighWatermarkSource {
  connect(): Promise<void>;
  /** Ends requests that are being repeated. */
  disconnect(): Promise<void>;
  /** @returns the cluster's id; empty where the broker has none */
  describeCluster(): Promise<{ readonly clusterId: string }>;
  /** The names of all topics that the client may see, asked of a broker at each call. */
  listTopics(): Promise<string[]>;
  /**
   * The current partitions, asked of a broker at each call.
   *
   * @throws also `LEADER_NOT_AVAILABLE`, where the client tells nothing of a topic while one of its partitions has no leader
   */
  fetchTopicMetadata(query: {
    topics: string[];
  }): Promise<{ readonly topics: { readonly name: string; readonly partitions: PartitionDescription[] }[] }>;
  /**
   * Kafka's id of the topic that has the name now, written as the member's {@link GroupMemberListener.replaced} writes it. A node may still
   * know an earlier topic of the name. Not repeated. Absent: the client does not tell ids.
   *
   * @returns `undefined`: the broker gives topics no ids
   */
  topicId?(topic: string): Promise<string | undefined>;
  /** @param query its topics do not exist; resolves when their partitions have leaders. @throws `TOPIC_ALREADY_EXISTS` is no error here */
  createTopics(query: { topics: TopicToCreate[] }): Promise<unknown>;
  describeConfigs(query: ConfigQuery): Promise<ConfigAnswer>;
  /** The ends of all partitions, before transactions that are open, asked of the leaders at each call. */
  fetchTopicOffsets(topic: string): Promise<PartitionEnds[]>;
  /**
   * For each partition the offset of the first record whose timestamp is `timestamp` or later.
   *
   * @param timestamp milliseconds since the epoch
   * @returns the end of the partition where there is none
   */
  fetchTopicOffsetsByTimestamp(
    topic: string,
    timestamp: number,
  ): Promise<readonly { readonly partition: number; readonly offset: string }[]>;
  /**
   * The group's commits, asked of its coordinator at each call: for each of `topics` its partitions, `-1` for those without; without `topics`
   * of all partitions that have one.
   */
  fetchOffsets(query: {
    groupId: string;
    topics?: string[];
  }): Promise<readonly { readonly topic: string; readonly partitions: readonly CommittedOffset[] }[]>;
  /** The groups that the client may see, of all brokers. */
  listGroups(): Promise<{ readonly groups: readonly { readonly groupId: string }[] }>;
  /** A description for each of the groups, also for those that are not there. @throws `GROUP_AUTHORIZATION_FAILED` */
  describeGroups(groupIds: string[]): Promise<{ readonly groups: readonly GroupDescription[] }>;
  /** Not repeated. @throws `NON_EMPTY_GROUP`; `GROUP_ID_NOT_FOUND`: the broker may already have removed it */
  deleteGroups(groupIds: string[]): Promise<unknown>;
}

/**
 * The ends of a topic's partitions. The topics are listed first, as a request for the offsets of a topic can create it.
 *
 * @returns `undefined`: the topic does not exist, or this client may not see it
 * @throws what the client throws when the broker does not answer, or the topic is deleted in between
 */
export async function topicEnds(admin: AdminPort, topic: string): Promise<readonly PartitionEnds[] | undefined> {
  return (await admin.listTopics()).includes(topic) ? admin.fetchTopicOffsets(topic) : undefined;
}
