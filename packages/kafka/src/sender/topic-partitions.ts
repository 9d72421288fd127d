import type { AdminPort, PartitionDescription } from '../client/port/admin.ts';
import { kafkaErrorName } from '../client/port/kafka-error.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';

/** Milliseconds for which a partition count is cached: a topic that was created again may have another one. */
const maxAge = 30_000;

interface Known {
  readonly partitions: readonly PartitionDescription[];
  /** A value of `performance.now()`. */
  until: number;
}

/** What is asked of an admin client. */
export type TopicsAdmin = Pick<AdminPort, 'fetchTopicMetadata' | 'listTopics'>;

/** The current partitions of topics: cached for at most 30 s, and queried again once a send has failed. */
export class TopicPartitions {
  readonly #admin: () => TopicsAdmin | Promise<TopicsAdmin>;
  readonly #known = new Map<string, Known>();

  /** @param admin returns a connected client, which several callers may share */
  constructor(admin: () => TopicsAdmin | Promise<TopicsAdmin>) {
    this.#admin = admin;
  }

  /**
   * The partitions of `topic`.
   *
   * @throws {KafkaTracingError} `topic_missing`; what the client throws when the broker does not answer
   */
  async of(topic: string): Promise<readonly PartitionDescription[]> {
    const known = this.#known.get(topic);
    if (known !== undefined && performance.now() < known.until) return known.partitions;
    const admin = await this.#admin();
    // First, as a request for the metadata of a topic can create it.
    if (!(await admin.listTopics()).includes(topic)) {
      this.#known.delete(topic);
      throw new KafkaTracingError('topic_missing', `The topic "${topic}" does not exist, or this client may not see it. Create it.`);
    }
    try {
      const [metadata] = (await admin.fetchTopicMetadata({ topics: [topic] })).topics;
      const partitions = metadata?.partitions ?? [];
      this.#known.set(topic, { partitions, until: performance.now() + maxAge });
      return partitions;
    } catch (error) {
      // kafkajs reports no partition while one has no leader. The others can continue.
      if (known === undefined || kafkaErrorName(error) !== 'LEADER_NOT_AVAILABLE') throw error;
      return known.partitions;
    }
  }

  /** Forgets the partitions of `topic`: the next query asks the broker. */
  forget(topic: string): void {
    const known = this.#known.get(topic);
    if (known !== undefined) known.until = 0;
  }
}
