import type { PartitionDescription } from '../client/port/admin.ts';
import { withLayer } from '../client/port/delegate.ts';
import { gzip, type OutgoingRecord, type ProducerPort } from '../client/port/engine-clients.ts';
import { isTooLarge } from '../client/port/kafka-error.ts';
import type { RecordMetadataLike } from '../client/kafka-client.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { TopicPartitions, type TopicsAdmin } from './topic-partitions.ts';
import { writableHeaders } from './record-headers.ts';

/**
 * Sends records on behalf of a consumer: dead-letter records, scheduled retries, replayed records and those of
 * an outbox. A record that no broker acknowledges for its partition is not written. kafkajs alone does not report that: it drops records
 * a partition that its metadata lacks, and resolves.
 */
export class AcknowledgedSender {
  readonly #send: ProducerPort['send'];
  readonly #partitions: TopicPartitions;

  /**
   * @param send a connected producer's
   * @param admin returns a connected client, which is asked for partition counts
   */
  constructor(send: ProducerPort['send'], admin: () => TopicsAdmin | Promise<TopicsAdmin>) {
    this.#send = send;
    this.#partitions = new TopicPartitions(admin);
  }

  /**
   * The current partitions of `topic`.
   *
   * @throws {KafkaTracingError} `topic_missing`; what the client throws when the broker does not answer
   */
  partitions(topic: string): Promise<readonly PartitionDescription[]> {
    return this.#partitions.of(topic);
  }

  /** Forgets the partitions of `topic`: the next query asks the broker. */
  forgetPartitions(topic: string): void {
    this.#partitions.forget(topic);
  }

  /**
   * Sends records to one partition. Headers without a value are written empty, see `writableHeaders`.
   *
   * @param partition `undefined`: the producer's partitioner decides, for a single record
   * @param compression as {@link ProducerPort.send} takes it
   * @returns the broker's answer for that partition, once all in-sync replicas have the records
   * @throws {KafkaTracingError} `unacknowledged`: no broker acknowledged the records; what the client throws
   */
  async send(
    topic: string,
    partition: number | undefined,
    records: readonly OutgoingRecord[],
    compression?: typeof gzip,
  ): Promise<RecordMetadataLike> {
    try {
      const messages = records.map(({ headers, ...record }) => ({
        ...record,
        ...(headers !== undefined && { headers: writableHeaders(headers) }),
        ...(partition !== undefined && { partition }),
      }));
      const answers = await this.#send({ topic, acks: -1, ...(compression !== undefined && { compression }), messages });
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

/**
 * A record that was consumed may have come compressed, and a topic's limit is on the compressed size: what is refused for its size is sent
 * once more, compressed. A wrapper around this tells one send, with its last outcome.
 *
 * @param producer one that is not wrapped
 */
export function compressingProducer(producer: ProducerPort): ProducerPort {
  return withLayer(producer, 'send', (send) => async (records) => {
    try {
      return await send(records);
    } catch (error) {
      if (!isTooLarge(error) || records.compression !== undefined) throw error;
      return send({ ...records, compression: gzip });
    }
  });
}
