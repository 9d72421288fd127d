import type {
  AdminPort,
  CommittedOffset,
  ConfigAnswer,
  GroupDescription,
  PartitionDescription,
  PartitionEnds,
  TopicToCreate,
} from '../../port/admin.ts';
import type { HighWatermark } from '../../port/high-watermarks.ts';
import { KafkaError, kafkaErrorName } from '../../port/kafka-error.ts';
import { RepeatedRequests } from '../../port/repeated-requests.ts';
import type { AdminConnection } from './admin-connection.ts';
import { isPassing, portError } from './binding/client-errors.ts';
import type { DescribedGroups, DescribedMember, GroupList, GroupOffsets, GroupQuery, TopicDescription } from './binding/shapes.ts';

// Kafka's numbers: timestamps that stand for the ends of a partition, and what a consumer sees.
const earliest = -2;
const latest = -1;
const [readUncommitted, readCommitted] = [0, 1];

// librdkafka's number for the state of a group whose members have their partitions.
const stable = 3;

// Milliseconds of one attempt.
const timeout = 5_000;

/** This client's admin client as the engine uses it. */
export class ConfluentAdmin implements AdminPort {
  readonly #connection: AdminConnection;
  readonly #toGroup: (groupId: string) => AdminConnection;
  readonly #groups = new Map<string, Promise<AdminConnection>>();
  readonly #requests = new RepeatedRequests(isPassing);

  /**
   * @param toGroup makes a connection of a client that has this group and is no member of it: one without a group (librdkafka 2.16) must not
   * be asked for commits, as it does not survive some answers of the coordinator
   */
  constructor(connection: AdminConnection, toGroup: (groupId: string) => AdminConnection) {
    this.#connection = connection;
    this.#toGroup = toGroup;
  }

  connect(): Promise<void> {
    return this.#connection.connect();
  }

  async disconnect(): Promise<void> {
    this.#requests.end();
    const groups = await Promise.allSettled(this.#groups.values());
    const connections = groups.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    await Promise.all([this.#connection, ...connections].map((each) => each.disconnect()));
  }

  describeCluster(): Promise<{ readonly clusterId: string }> {
    return Promise.resolve({ clusterId: this.#connection.clusterId });
  }

  async listTopics(): Promise<string[]> {
    const { topics } = await this.#requests.ask(() =>
      this.#connection.ask<{ readonly topics: readonly { readonly name: string }[] }>((admin, done) =>
        admin.getMetadata({ allTopics: true, timeout }, done),
      ),
    );
    return topics.map(({ name }) => name);
  }

  async fetchTopicMetadata({ topics }: { topics: string[] }): ReturnType<AdminPort['fetchTopicMetadata']> {
    const described = await this.#requests.ask(() => this.#described(topics));
    return { topics: described.map((topic) => ({ name: topic.name, partitions: partitionsOf(topic) })) };
  }

  async topicId(topic: string): Promise<string | undefined> {
    const [described] = await this.#described([topic]);
    return described?.topicId?.base64;
  }

  async createTopics({ topics }: { topics: TopicToCreate[] }): Promise<void> {
    for (const { topic, numPartitions, configEntries } of topics) {
      const config = Object.fromEntries(configEntries.map(({ name, value }) => [name, value]));
      try {
        await this.#requests.ask(() =>
          this.#connection.askController((admin, done) =>
            admin.createTopic({ topic, num_partitions: numPartitions, replication_factor: -1, config }, timeout, done),
          ),
        );
      } catch (error) {
        if (kafkaErrorName(error) !== 'TOPIC_ALREADY_EXISTS') throw error;
      }
      // A node may not know of the topic yet, or of its leaders.
      await this.#requests.ask(async () => {
        const [known] = await this.#described([topic]).catch((error: unknown) => {
          if (kafkaErrorName(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
          return [];
        });
        if (known === undefined || !hasLeaders(known))
          throw new KafkaError('LEADER_NOT_AVAILABLE', `LEADER_NOT_AVAILABLE: "${topic}" was created and has no leader yet`, undefined);
      });
    }
  }

  /** Rejects: the client (1.10.1) has no such request. */
  describeConfigs(): Promise<ConfigAnswer> {
    return Promise.reject(new Error('This client cannot read the configuration of topics'));
  }

  async fetchTopicOffsets(topic: string): Promise<PartitionEnds[]> {
    const [low, high] = await Promise.all([this.#offsets(topic, earliest), this.#offsets(topic, latest)]);
    return [...high].map(([partition, end]) => ({ partition, low: String(low.get(partition) ?? 0), high: String(end) }));
  }

  async fetchHighWatermarks(topic: string): Promise<HighWatermark[]> {
    const ends = await this.#offsets(topic, latest, readUncommitted);
    return [...ends].map(([partition, offset]) => ({ partition, offset: String(offset) }));
  }

  async fetchTopicOffsetsByTimestamp(topic: string, timestamp: number): Promise<readonly { partition: number; offset: string }[]> {
    const found = await this.#offsets(topic, timestamp);
    const ends = [...found.values()].some((offset) => offset < 0) ? await this.#offsets(topic, latest) : found;
    return [...found].map(([partition, offset]) => ({
      partition,
      offset: String(offset < 0 ? (ends.get(partition) ?? offset) : offset),
    }));
  }

  async fetchOffsets({ groupId, topics }: { groupId: string; topics?: string[] }): ReturnType<AdminPort['fetchOffsets']> {
    const described = topics === undefined ? undefined : await this.#requests.ask(() => this.#described(topics));
    const partitions = described?.flatMap((topic) => topic.partitions.map(({ partition }) => ({ topic: topic.name, partition })));
    const found = await this.#requests.ask(() => this.#committed({ groupId, ...(partitions && { partitions }) }));
    const byTopic = Map.groupBy(found, ({ topic }) => topic);
    return (topics ?? [...byTopic.keys()]).map((topic) => ({ topic, partitions: (byTopic.get(topic) ?? []).map(commitOf) }));
  }

  async listGroups(): ReturnType<AdminPort['listGroups']> {
    return this.#requests.ask(async () => {
      const { groups, errors } = await this.#connection.ask<GroupList>((admin, done) => admin.listGroups({ timeout }, done));
      const [failed] = errors ?? [];
      if (failed !== undefined) throw portError(failed);
      return { groups };
    });
  }

  async describeGroups(groupIds: string[]): ReturnType<AdminPort['describeGroups']> {
    return { groups: await Promise.all(groupIds.map((groupId) => this.#requests.ask(() => this.#describedGroup(groupId)))) };
  }

  async deleteGroups(groupIds: string[]): Promise<void> {
    for (const groupId of groupIds)
      await this.#byCoordinator(groupId, async (connection) => {
        const [report] = await connection.ask<readonly { readonly error?: unknown }[]>((admin, done) =>
          admin.deleteGroups([groupId], { timeout }, done),
        );
        if (report?.error !== undefined) throw portError(report.error);
      });
  }

  #describedGroup(groupId: string): Promise<GroupDescription> {
    return this.#byCoordinator(groupId, async (connection) => {
      const { groups } = await connection.ask<DescribedGroups>((admin, done) => admin.describeGroups([groupId], { timeout }, done));
      const [{ error, state, members = [] } = {}] = groups;
      // Brokers say so by newer versions of the request; by older ones the group is dead.
      if (error !== undefined && kafkaErrorName(portError(error)) !== 'GROUP_ID_NOT_FOUND') throw portError(error);
      return { groupId, members: members.map((member) => ({ memberId: member.memberId, topics: topicsOf(member, state) })) };
    });
  }

  #committed(query: GroupQuery): Promise<GroupOffsets['partitions']> {
    return this.#byCoordinator(query.groupId, async (connection) => {
      const [group] = await connection.ask<readonly GroupOffsets[]>((admin, done) =>
        admin.listConsumerGroupOffsets([query], { timeout }, done),
      );
      const failed = group?.error ?? group?.partitions.find(({ error }) => error !== undefined)?.error;
      if (failed !== undefined) throw portError(failed);
      return group?.partitions ?? [];
    });
  }

  async #byCoordinator<T>(groupId: string, request: (connection: AdminConnection) => Promise<T>): Promise<T> {
    try {
      return await request(await this.#ofGroup(groupId));
    } catch (error) {
      // A client (librdkafka 2.16) asks the coordinator that it has found for ten minutes, whatever that answers: the next try has another client.
      const made = this.#groups.get(groupId);
      this.#groups.delete(groupId);
      void made?.then((connection) => connection.disconnect()).catch(() => {});
      throw error;
    }
  }

  #ofGroup(groupId: string): Promise<AdminConnection> {
    const known = this.#groups.get(groupId);
    if (known !== undefined) return known;
    const made = this.#toGroup(groupId);
    const connected = made.connect().then(() => made);
    this.#groups.set(groupId, connected);
    // Not kept when no broker answered.
    connected.catch(() => this.#groups.delete(groupId));
    return connected;
  }

  /** The offset of each partition at a timestamp; -1: there is none. */
  async #offsets(topic: string, timestamp: number, isolationLevel = readCommitted): Promise<ReadonlyMap<number, number>> {
    return this.#requests.ask(async () => {
      const [described] = await this.#described([topic]);
      const places = (described?.partitions ?? []).map(({ partition }) => ({ topic, partition, offset: { timestamp } }));
      const found = await this.#connection.ask<
        readonly { readonly partition: number; readonly offset: number; readonly error?: unknown }[]
      >((admin, done) => admin.listOffsets(places, { timeout, isolationLevel }, done));
      const failed = found.find(({ error }) => error !== undefined);
      if (failed !== undefined) throw portError(failed.error);
      return new Map(found.map(({ partition, offset }) => [partition, offset]));
    });
  }

  async #described(topics: readonly string[]): Promise<readonly TopicDescription[]> {
    const found = await this.#connection.askController<readonly TopicDescription[]>((admin, done) =>
      admin.describeTopics(topics, { timeout }, done),
    );
    const failed = found.find(({ error }) => error !== undefined);
    if (failed !== undefined) throw portError(failed.error);
    return found;
  }
}

/** The topics of a member's partitions: the client (1.10.1) does not tell what it subscribes to. */
function topicsOf({ assignment }: DescribedMember, state: number | undefined): readonly string[] | undefined {
  return state === stable ? assignment.topicPartitions.map(({ topic }) => topic) : undefined;
}

function commitOf({
  partition,
  offset,
  metadata,
}: {
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string | null;
}): CommittedOffset {
  return { partition, offset: String(offset < 0 ? -1 : offset), metadata };
}

function hasLeaders({ partitions }: TopicDescription): boolean {
  return partitions.length > 0 && partitions.every(({ leader }) => (leader?.id ?? -1) >= 0);
}

function partitionsOf({ partitions }: TopicDescription): PartitionDescription[] {
  return partitions.map(({ partition, leader, replicas, isr }) => ({
    partitionId: partition,
    partitionErrorCode: 0,
    leader: leader?.id ?? -1,
    replicas: replicas.map(({ id }) => id),
    isr: isr.map(({ id }) => id),
  }));
}
