import type { HighWatermark } from '../../port/high-watermarks.ts';
import { KafkaError } from '../../port/kafka-error.ts';
import type {
  AdminPort,
  CommittedOffset,
  ConfigAnswer,
  ConfigQuery,
  GroupDescription,
  PartitionDescription,
  PartitionEnds,
  TopicToCreate,
} from '../../port/admin.ts';
import { asked, protocolName } from '../errors/client-errors.ts';
import { PatientRequests } from './patient-requests.ts';
import type { Admin, ClusterMetadata, TopicMetadata } from './shapes.ts';

// Kafka's numbers: timestamps that stand for the ends of a partition, and what a consumer sees.
const earliest = -2n;
const latest = -1n;
const [readUncommitted, readCommitted] = [0, 1];

/** This client's admin client as the engine uses it. */
export class PlatformaticAdmin implements AdminPort {
  readonly #admin: Admin;
  readonly #requests = new PatientRequests();

  constructor(admin: Admin) {
    this.#admin = admin;
  }

  async connect(): Promise<void> {
    await this.#metadata([]);
  }

  async disconnect(): Promise<void> {
    this.#requests.end();
    await this.#admin.close();
  }

  async describeCluster(): Promise<{ readonly clusterId: string }> {
    return { clusterId: (await this.#metadata([])).id ?? '' };
  }

  listTopics(): Promise<string[]> {
    return this.#requests.ask(() => this.#admin.listTopics({ includeInternals: true }));
  }

  async fetchTopicMetadata({ topics }: { topics: string[] }): ReturnType<AdminPort['fetchTopicMetadata']> {
    const metadata = await this.#requests.ask(async () => {
      const found = await this.#askedOnce(topics);
      if (topics.some((topic) => !hasLeaders(found.topics.get(topic))))
        throw new KafkaError('LEADER_NOT_AVAILABLE', 'LEADER_NOT_AVAILABLE: a partition has no leader at present', undefined);
      return found;
    });
    return { topics: topics.map((name) => ({ name, partitions: partitionsOf(metadata.topics.get(name)) })) };
  }

  async topicId(topic: string): Promise<string | undefined> {
    return (await this.#askedOnce([topic])).topics.get(topic)?.id;
  }

  async createTopics({ topics }: { topics: TopicToCreate[] }): Promise<void> {
    for (const { topic, numPartitions, configEntries } of topics) {
      const created = { topics: [topic], partitions: numPartitions, replicas: -1, configs: configEntries };
      await this.#requests.ask(async () => {
        try {
          await this.#admin.createTopics(created);
        } catch (error) {
          if (protocolName(error) !== 'TOPIC_ALREADY_EXISTS') throw error;
        }
      });
      // A node may not know of the topic yet, or of its leaders.
      await this.#requests.ask(async () => {
        const known = await this.#askedOnce([topic]).catch((error: unknown) => {
          if (protocolName(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
          return undefined;
        });
        if (!hasLeaders(known?.topics.get(topic)))
          throw new KafkaError('LEADER_NOT_AVAILABLE', `LEADER_NOT_AVAILABLE: "${topic}" was created and has no leader yet`, undefined);
      });
    }
  }

  async describeConfigs({ resources, includeSynonyms }: ConfigQuery): Promise<ConfigAnswer> {
    const asked = resources.map(({ type, name, configNames }) => ({
      resourceType: type,
      resourceName: name,
      configurationKeys: configNames,
    }));
    const described = await this.#requests.ask(() => this.#admin.describeConfigs({ resources: asked, includeSynonyms }));
    return {
      resources: described.map(({ resourceName, configs }) => ({
        resourceName,
        configEntries: configs.map(({ name, value }) => ({ configName: name, configValue: value })),
      })),
    };
  }

  async fetchTopicOffsets(topic: string): Promise<PartitionEnds[]> {
    const [low, high] = await Promise.all([this.#offsets(topic, earliest), this.#offsets(topic, latest)]);
    return [...high].map(([partition, end]) => ({ partition, low: String(low.get(partition) ?? 0n), high: String(end) }));
  }

  async fetchHighWatermarks(topic: string): Promise<HighWatermark[]> {
    const ends = await this.#offsets(topic, latest, readUncommitted);
    return [...ends].map(([partition, offset]) => ({ partition, offset: String(offset) }));
  }

  async fetchTopicOffsetsByTimestamp(topic: string, timestamp: number): Promise<readonly { partition: number; offset: string }[]> {
    const found = await this.#offsets(topic, BigInt(timestamp));
    const ends = [...found.values()].some((offset) => offset < 0n) ? await this.#offsets(topic, latest) : found;
    return [...found].map(([partition, offset]) => ({
      partition,
      offset: String(offset < 0n ? (ends.get(partition) ?? offset) : offset),
    }));
  }

  async fetchOffsets({ groupId, topics }: { groupId: string; topics?: string[] }): ReturnType<AdminPort['fetchOffsets']> {
    if (topics === undefined) {
      const [group] = await this.#requests.ask(() => this.#admin.listConsumerGroupOffsets({ groups: [groupId] }));
      return (group?.topics ?? []).map(({ name, partitions }) => ({ topic: name, partitions: partitions.map(commitOf) }));
    }
    const { topics: known } = await this.#metadata(topics);
    const asked = topics.map((name) => ({ name, partitionIndexes: Object.keys(known.get(name)?.partitions ?? []).map(Number) }));
    const [group] = await this.#requests.ask(() => this.#admin.listConsumerGroupOffsets({ groups: [{ groupId, topics: asked }] }));
    return asked.map(({ name }) => {
      const found = group?.topics.find((topic) => topic.name === name)?.partitions ?? [];
      return { topic: name, partitions: found.map(commitOf) };
    });
  }

  async listGroups(): ReturnType<AdminPort['listGroups']> {
    const found = await this.#requests.ask(() => this.#admin.listGroups({}));
    return { groups: [...found.keys()].map((groupId) => ({ groupId })) };
  }

  async describeGroups(groupIds: string[]): ReturnType<AdminPort['describeGroups']> {
    return { groups: await Promise.all(groupIds.map((groupId) => this.#describeGroup(groupId))) };
  }

  async deleteGroups(groupIds: string[]): Promise<void> {
    await asked(this.#admin.deleteGroups({ groups: groupIds }));
  }

  async #describeGroup(groupId: string): Promise<GroupDescription> {
    try {
      const found = await this.#requests.ask(() => this.#admin.describeGroups({ groups: [groupId] }));
      const members = [...(found.get(groupId)?.members ?? [])];
      return { groupId, members: members.map(([memberId, { metadata }]) => ({ memberId, topics: metadata?.topics })) };
    } catch (error) {
      // Brokers say so by newer versions of the request; by older ones the group is dead.
      if (protocolName(error) !== 'GROUP_ID_NOT_FOUND') throw error;
      return { groupId, members: [] };
    }
  }

  /** The offset of each partition at a timestamp; -1: there is none. */
  async #offsets(topic: string, timestamp: bigint, isolationLevel = readCommitted): Promise<ReadonlyMap<number, bigint>> {
    const { topics } = await this.#metadata([topic]);
    const partitions = Object.keys(topics.get(topic)?.partitions ?? []).map((index) => ({ partitionIndex: Number(index), timestamp }));
    const [found] = await this.#requests.ask(() => this.#admin.listOffsets({ topics: [{ name: topic, partitions }], isolationLevel }));
    return new Map(found?.partitions.map(({ partitionIndex, offset }) => [partitionIndex, offset]));
  }

  #metadata(topics: readonly string[]): Promise<ClusterMetadata> {
    return this.#requests.ask(() => this.#askedOnce(topics));
  }

  #askedOnce(topics: readonly string[]): Promise<ClusterMetadata> {
    return this.#admin.metadata({ topics: [...topics], forceUpdate: true });
  }
}

function commitOf({
  partitionIndex,
  committedOffset,
  metadata,
}: {
  readonly partitionIndex: number;
  readonly committedOffset: bigint;
  readonly metadata: string | null;
}): CommittedOffset {
  return { partition: partitionIndex, offset: String(committedOffset), metadata };
}

function hasLeaders(topic: TopicMetadata | undefined): boolean {
  return topic !== undefined && topic.partitions.length > 0 && topic.partitions.every(({ leader }) => leader >= 0);
}

function partitionsOf(topic: TopicMetadata | undefined): PartitionDescription[] {
  return (topic?.partitions ?? []).map(({ leader, replicas, isr }, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader,
    replicas: [...replicas],
    isr: [...isr],
  }));
}
