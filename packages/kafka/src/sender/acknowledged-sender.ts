import type { Admin, Message, PartitionMetadata, Producer, RecordMetadata } from 'kafkajs';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { TopicPartitions } from './topic-partitions.ts';
import { writableHeaders } from './record-headers.ts';

/**
 * The one way in which records are sent on behalf of a consumer: dead-letter records, scheduled retries, replayed records and those of
 * an outbox. What no broker acknowledged for its partition is not written. kafkajs alone does not say so: it drops records for
 * a partition that its metadata lacks, and resolves.
 */
export class AcknowledgedSender {
  readonly #send: Producer['send'];
  readonly #partitions: TopicPartitions;

  /**
   * @param send of a connected producer
   * @param admin gives a connected client, which is asked for partition counts
   */
  constructor(send: Producer['send'], admin: () => Admin | Promise<Admin>) {
    this.#send = send;
    this.#partitions = new TopicPartitions(admin);
  }

  /**
   * The partitions of `topic` as they are now.
   *
   * @throws {KafkaTracingError} `topic_missing`; what kafkajs throws when the broker does not answer
   */
  partitions(topic: string): Promise<readonly PartitionMetadata[]> {
    return this.#partitions.of(topic);
  }

  /** The next look at the partitions of `topic` asks the broker. */
  forgetPartitions(topic: string): void {
    this.#partitions.forget(topic);
  }

  /**
   * Sends records to one partition. Headers without a value are written empty, see `writableHeaders`.
   *
   * @param partition `undefined`: the producer's partitioner decides, for a single record
   * @returns the broker's answer for that partition, once all in-sync replicas have the records
   * @throws {KafkaTracingError} `unacknowledged`: no broker said that it has them; what kafkajs throws
   */
  async send(topic: string, partition: number | undefined, records: readonly Message[]): Promise<RecordMetadata> {
    try {
      const messages = records.map(({ headers, ...record }) => ({
        ...record,
        ...(headers !== undefined && { headers: writableHeaders(headers) }),
        ...(partition !== undefined && { partition }),
      }));
      const answers = await this.#send({ topic, acks: -1, messages });
      const answer = answers.find((each) => each.errorCode === 0 && (partition === undefined || each.partition === partition));
      if (answer !== undefined) return answer;
      const place = partition === undefined ? `"${topic}"` : `partition ${partition} of "${topic}"`;
      throw new KafkaTracingError('unacknowledged', `No broker acknowledged what was sent to ${place}. Does it exist?`);
    } catch (error) {
      this.#partitions.forget(topic);
      throw error;
    }
  }
}
