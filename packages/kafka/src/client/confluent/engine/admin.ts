import type { AdminPort, CommittedOffset, ConfigAnswer, PartitionDescription, PartitionEnds, TopicToCreate } from '../../port/admin.ts';
import { KafkaError } from '../../port/kafka-error.ts';
import { asked, portError } from './client-errors.ts';
import { PatientRequests } from './patient-requests.ts';
import type { Admin, Done, GroupOffsets, LogLine, TopicDescription } from './shapes.ts';

// Kafka's numbers: timestamps that stand for the ends of a partition, and what a consumer sees.
const earliest = -2;
const latest = -1;
const readCommitted = 1;

// Milliseconds of one attempt.
const timeout = 5_000;

/** This client's admin client as the engine uses it. */
export class ConfluentAdmin implements AdminPort {
  readonly #make: (listeners: { readonly 'event.log': (line: LogLine) => void }) => Admin;
  readonly #requests = new PatientRequests();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #clusterId = Promise.withResolvers<string>();
  #admin: Admin | undefined;

  /** @param make its log must have what it is told of metadata, which alone tells the id of the cluster */
  constructor(make: (listeners: { readonly 'event.log': (line: LogLine) => void }) => Admin) {
    this.#make = make;
  }

  async connect(): Promise<void> {
    this.#admin ??= this.#make({
      'event.log': ({ message }) => {
        const [, id] = /ClusterId: ([^,\s]+)/.exec(message) ?? [];
        if (id !== undefined) this.#clusterId.resolve(id);
      },
    });
    await this.#ask((admin, done) => admin.getMetadata({ allTopics: false, timeout }, done));
  }

  async disconnect(): Promise<void> {
    this.#requests.end();
    // It is destroyed with the requests that are under way.
    await Promise.allSettled(this.#underWay);
    this.#admin?.disconnect();
    this.#admin = undefined;
  }

  async describeCluster(): Promise<{ readonly clusterId: string }> {
    // It has been told with the metadata of `connect`.
    const timer = setTimeout(() => this.#clusterId.resolve(''), timeout);
    const clusterId = await this.#clusterId.promise;
    clearTimeout(timer);
    return { clusterId: clusterId === 'n/a' ? '' : clusterId };
  }

  async listTopics(): Promise<string[]> {
    const { topics } = await this.#ask<{ readonly topics: readonly { readonly name: string }[] }>((admin, done) =>
      admin.getMetadata({ allTopics: true, timeout }, done),
    );
    return topics.map(({ name }) => name);
  }

  async fetchTopicMetadata({ topics }: { topics: string[] }): ReturnType<AdminPort['fetchTopicMetadata']> {
    const described = await this.#requests.ask(async () => {
      const found = await this.#described(topics);
      if (!found.every(hasLeaders))
        throw new KafkaError('LEADER_NOT_AVAILABLE', 'LEADER_NOT_AVAILABLE: a partition has no leader at present', undefined);
      return found;
    });
    return { topics: described.map((topic) => ({ name: topic.name, partitions: partitionsOf(topic) })) };
  }

  async createTopics({ topics }: { topics: TopicToCreate[] }): Promise<void> {
    for (const { topic, numPartitions, configEntries } of topics) {
      const config = Object.fromEntries(configEntries.map(({ name, value }) => [name, value]));
      try {
        await this.#ask((admin, done) =>
          admin.createTopic({ topic, num_partitions: numPartitions, replication_factor: -1, config }, timeout, done),
        );
      } catch (error) {
        if ((error as Partial<KafkaError>).type !== 'TOPIC_ALREADY_EXISTS') throw error;
      }
      // A node may not know of the topic yet, or of its leaders.
      await this.#requests.ask(async () => {
        const [known] = await this.#described([topic]).catch((error: unknown) => {
          if ((error as Partial<KafkaError>).type !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
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
    const groups = [{ groupId, ...(partitions && { partitions }) }];
    const found = await this.#requests.ask(async () => {
      const [group] = await this.#once<readonly GroupOffsets[]>((admin, done) => admin.listConsumerGroupOffsets(groups, { timeout }, done));
      const failed = group?.error ?? group?.partitions.find(({ error }) => error !== undefined)?.error;
      if (failed !== undefined) throw portError(failed);
      return group?.partitions ?? [];
    });
    const byTopic = Map.groupBy(found, ({ topic }) => topic);
    return (topics ?? [...byTopic.keys()]).map((topic) => ({ topic, partitions: (byTopic.get(topic) ?? []).map(commitOf) }));
  }

  /** The offset of each partition at a timestamp; -1: there is none. */
  async #offsets(topic: string, timestamp: number): Promise<ReadonlyMap<number, number>> {
    return this.#requests.ask(async () => {
      const [described] = await this.#described([topic]);
      const places = (described?.partitions ?? []).map(({ partition }) => ({ topic, partition, offset: { timestamp } }));
      const found = await this.#once<readonly { readonly partition: number; readonly offset: number; readonly error?: unknown }[]>(
        (admin, done) => admin.listOffsets(places, { timeout, isolationLevel: readCommitted }, done),
      );
      const failed = found.find(({ error }) => error !== undefined);
      if (failed !== undefined) throw portError(failed.error);
      return new Map(found.map(({ partition, offset }) => [partition, offset]));
    });
  }

  async #described(topics: readonly string[]): Promise<readonly TopicDescription[]> {
    const found = await this.#once<readonly TopicDescription[]>((admin, done) => admin.describeTopics(topics, { timeout }, done));
    const failed = found.find(({ error }) => error !== undefined);
    if (failed !== undefined) throw portError(failed.error);
    return found;
  }

  #ask<T>(request: (admin: Admin, done: Done<T>) => void): Promise<T> {
    return this.#requests.ask(() => this.#once(request));
  }

  async #once<T>(request: (admin: Admin, done: Done<T>) => void): Promise<T> {
    const admin = this.#admin;
    if (admin === undefined) throw new Error('The admin client is disconnected');
    const answer = asked<T>((done) => request(admin, done));
    this.#underWay.add(answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(answer);
    }
  }
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
