import type { Clock, ClockTimer } from '../core/clock.ts';
import type { ApiError } from '../core/error-codes.ts';
import type { BrokerConfigs } from './broker-configs.ts';
import type { Partition } from './partition.ts';
import { topicConfigProblem, topicConfigs, topicConfigsProblem } from './topic-config.ts';
import { Topic } from './topic.ts';

/** The name, partition count and configs of a topic to create. */
export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  readonly configs?: ReadonlyMap<string, string | null>;
  /** The brokers that lead its partitions, in the order of these; the brokers in turn when omitted or empty. */
  readonly leaders?: readonly number[];
}

/** The partitions that one request may create: Apache Kafka's limit, which keeps a slip from filling the memory. */
export const maxPartitionsPerRequest = 10_000;

/** The error of a request that would create more than {@link maxPartitionsPerRequest}. */
export const tooManyPartitions: ApiError = {
  error: 'POLICY_VIOLATION',
  message: 'Excessively large number of partitions per request.',
};

/** The error for a topic that one request names twice: which of the two is meant, nobody knows. */
export const namedTwice: ApiError = { error: 'INVALID_REQUEST', message: 'Duplicate topic name.' };

/** Whether a topic may have this name. */
export function isTopicName(name: string): boolean {
  return /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..';
}

/** What the broker answers about a name that no topic may have. */
export function invalidTopicName(name: string): string {
  return `Topic name is invalid: '${name}': 1 to 249 of ASCII letters, digits, '.', '_' and '-' and neither '.' nor '..'`;
}

/** What {@link Topics} is made with. */
interface TopicsOptions {
  readonly clock: Clock;
  readonly brokerConfigs: BrokerConfigs;
  /** The leader of the partition with that sequence number, counted over all topics. */
  readonly leaderOf: (sequence: number) => number;
}

/** The topics of the cluster, by name and by id. */
export class Topics {
  readonly #byName = new Map<string, Topic>();
  readonly #byId = new Map<string, Topic>();
  /** Names of metrics have an underscore for a dot: no two topics may differ in these only. */
  readonly #byMetricName = new Map<string, Topic>();
  readonly #clock: Clock;
  readonly #leaderOf: (sequence: number) => number;
  readonly #brokerConfigs: BrokerConfigs;

  #partitionCount = 0;

  constructor({ clock, brokerConfigs, leaderOf }: TopicsOptions) {
    this.#clock = clock;
    this.#brokerConfigs = brokerConfigs;
    this.#leaderOf = leaderOf;
  }

  get(name: string): Topic | undefined {
    return this.#byName.get(name);
  }

  getById(id: string): Topic | undefined {
    return this.#byId.get(id);
  }

  partition(name: string, index: number): Partition | undefined {
    return this.#byName.get(name)?.partitions[index];
  }

  list(): Topic[] {
    return [...this.#byName.values()];
  }

  /** The error that creating this topic returns; `undefined` when the topic is valid. */
  validate({ name, partitions, configs = new Map() }: NewTopic): ApiError | undefined {
    if (!isTopicName(name)) return { error: 'INVALID_TOPIC_EXCEPTION', message: invalidTopicName(name) };
    if (this.#byName.has(name)) return { error: 'TOPIC_ALREADY_EXISTS', message: `Topic '${name}' already exists.` };
    const other = this.#byMetricName.get(metricName(name));
    if (other !== undefined)
      return { error: 'INVALID_TOPIC_EXCEPTION', message: `Topic '${name}' collides with existing topic: ${other.name}` };
    if (partitions > maxPartitionsPerRequest) return tooManyPartitions;
    if (partitions < 1) return { error: 'INVALID_PARTITIONS', message: 'Number of partitions must be larger than 0.' };
    return configsProblem(configs);
  }

  /** Creates a topic that {@link validate} accepts. */
  create({ name, partitions, configs = new Map(), leaders }: NewTopic): Topic {
    const set = [...configs].filter((entry): entry is [string, string] => entry[1] !== null);
    const topic = new Topic(name, new Map(set), { clock: this.#clock, brokerConfigs: this.#brokerConfigs });
    this.grow(topic, partitions, leaders);
    this.#byName.set(name, topic);
    this.#byId.set(topic.id, topic);
    this.#byMetricName.set(metricName(name), topic);
    return topic;
  }

  /**
   * Adds partitions until there are `count`.
   *
   * @param leaders the brokers that lead the new partitions, in the order of these; the brokers in turn when omitted
   */
  grow(topic: Topic, count: number, leaders: readonly number[] = []): void {
    const before = topic.partitions.length;
    while (topic.partitions.length < count) {
      const leader = leaders[topic.partitions.length - before];
      topic.addPartition(leader ?? this.#leaderOf(this.#partitionCount));
      this.#partitionCount += 1;
    }
  }

  delete(topic: Topic): void {
    this.#byName.delete(topic.name);
    this.#byId.delete(topic.id);
    this.#byMetricName.delete(metricName(topic.name));
  }
}

function metricName(topic: string): string {
  return topic.replaceAll('.', '_');
}

function configsProblem(configs: ReadonlyMap<string, string | null>): ApiError | undefined {
  const withoutValue = [...configs].flatMap(([name, value]) => (value === null ? [name] : []));
  if (withoutValue.length > 0)
    return { error: 'INVALID_CONFIG', message: `Null value not supported for topic configs: ${withoutValue.join()}` };
  for (const [name, value] of configs) {
    const problem = value === null ? undefined : topicConfigProblem(name, value);
    if (problem !== undefined) return problem;
  }
  return topicConfigsProblem((name) => configs.get(name) ?? topicConfigs[name]?.default);
}

/** How often Apache Kafka looks for records to delete: `log.retention.check.interval.ms`. */
const intervalMs = 300_000;

/** Applies the topics' `retention.ms` and `retention.bytes` every five minutes of the broker's clock. */
export class RetentionCheck {
  readonly #clock: Clock;
  readonly #topics: Topics;
  #timer: ClockTimer;

  constructor(clock: Clock, topics: Topics) {
    this.#clock = clock;
    this.#topics = topics;
    this.#timer = this.#next();
  }

  close(): void {
    this.#timer.cancel();
  }

  #next(): ClockTimer {
    return this.#clock.setTimeout(() => {
      const now = this.#clock.now();
      for (const { log } of this.#topics.list().flatMap(({ partitions }) => partitions)) log.applyRetention(now);
      this.#timer = this.#next();
    }, intervalMs);
  }
}
