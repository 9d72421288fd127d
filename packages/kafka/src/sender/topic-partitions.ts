import type { Admin, PartitionMetadata } from 'kafkajs';
import { errorType } from '../core/error-type.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';

/** Milliseconds for which a partition count is cached: a topic that was created again may have another one. */
const maxAge = 30_000;

interface Known {
  readonly partitions: readonly PartitionMetadata[];
  /** A value of `performance.now()`. */
  until: number;
}

/** The current partitions of topics: cached for at most 30 s, and queried again once a send has failed. */
export class TopicPartitions {
  readonly #admin: () => Admin | Promise<Admin>;
  readonly #known = new Map<string, Known>();

  /** @param admin returns a connected client, which several callers may share */
  constructor(admin: () => Admin | Promise<Admin>) {
    this.#admin = admin;
  }

  /**
   * The partitions of `topic`.
   *
   * @throws {KafkaTracingError} `topic_missing`; what kafkajs throws when the broker does not answer
   */
  async of(topic: string): Promise<readonly PartitionMetadata[]> {
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
      if (known === undefined || errorType(error) !== 'LEADER_NOT_AVAILABLE') throw error;
      return known.partitions;
    }
  }

  /** Forgets the partitions of `topic`: the next query asks the broker. */
  forget(topic: string): void {
    const known = this.#known.get(topic);
    if (known !== undefined) known.until = 0;
  }
}
