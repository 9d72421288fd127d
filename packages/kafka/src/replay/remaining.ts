import type { Admin } from 'kafkajs';
import { KafkaTracingError } from '../kafka-tracing-error.ts';

/** What a group has still to read of a topic: up to what is its end now. */
export class Remaining {
  /** The offset at which each partition is through; those that are, are gone. */
  readonly #ends: Map<number, bigint>;

  private constructor(ends: Map<number, bigint>) {
    this.#ends = ends;
  }

  /** @throws {KafkaTracingError} `topic_missing` */
  static async of(admin: Admin, groupId: string, topic: string): Promise<Remaining> {
    if (!(await admin.listTopics()).includes(topic))
      throw new KafkaTracingError('topic_missing', `replay cannot find the topic "${topic}".`);
    // kafkajs needs to have asked for the topic before it can ask for a group.
    const ends = await admin.fetchTopicOffsets(topic);
    const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const positions = new Map(committed?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
    const left = ends.filter(({ partition, low, high }) => {
      const position = positions.get(partition) ?? -1n;
      return (position > BigInt(low) ? position : BigInt(low)) < BigInt(high);
    });
    return new Remaining(new Map(left.map(({ partition, high }) => [partition, BigInt(high)])));
  }

  get isEmpty(): boolean {
    return this.#ends.size === 0;
  }

  /** Whether a message is one that was there at the beginning: what is replayed may fail and come back behind it. */
  includes(partition: number, offset: string): boolean {
    return BigInt(offset) < (this.#ends.get(partition) ?? 0n);
  }

  /** Everything up to `offset` was read. */
  passed(partition: number, offset: string): void {
    if (BigInt(offset) + 1n >= (this.#ends.get(partition) ?? 0n)) this.#ends.delete(partition);
  }
}
