import type { gzip } from '../../client/port/engine-clients.ts';
import type { HeaderValues } from '../../client/port/message.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';
import { isTopicMissing } from '../../core/error-type.ts';
import type { AcknowledgedSender } from '../../sender/acknowledged-sender.ts';
import type { DeliveryTopics } from './delivery-topics.ts';

/** A record as it was consumed. */
export interface ConsumedRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: HeaderValues;
}

/** Writes records into retry and dead-letter topics, which may have been deleted, or have other partitions than before. */
export class DeliveryTopicSender {
  readonly #sender: AcknowledgedSender;
  readonly #topics: DeliveryTopics;
  readonly #omitted: readonly string[];

  /** @param omitted headers that no record is written with */
  constructor(sender: AcknowledgedSender, topics: DeliveryTopics, omitted: readonly string[]) {
    this.#sender = sender;
    this.#topics = topics;
    this.#omitted = omitted;
  }

  /**
   * Sends a record to the partition with its source partition's number, modulo the current partition count, so that the order of a key
   * is kept. A deleted topic is created again.
   *
   * @param compression as `ProducerPort.send` takes it
   * @returns once all in-sync replicas have it
   * @throws {KafkaTracingError} `unacknowledged`, `topic_missing`; what the client throws
   */
  async send(topic: string, sourcePartition: number, record: ConsumedRecord, compression?: typeof gzip): Promise<void> {
    try {
      await this.#send(topic, sourcePartition, record, compression);
    } catch (error) {
      if (isTopicMissing(error)) await this.#topics.recreate(topic);
      else if (!(error instanceof KafkaTracingError && error.code === 'unacknowledged')) throw error;
      // The failed send has cleared the cached partition count.
      await this.#send(topic, sourcePartition, record, compression);
    }
  }

  /** Whether records are written with the header. */
  writes(header: string): boolean {
    return !this.#omitted.includes(header);
  }

  async #send(
    topic: string,
    sourcePartition: number,
    { key, value, headers }: ConsumedRecord,
    compression: typeof gzip | undefined,
  ): Promise<void> {
    const { length } = await this.#sender.partitions(topic);
    const written = { key, value, headers: this.#written(headers) };
    await this.#sender.send(topic, sourcePartition % Math.max(1, length), [written], compression);
  }

  #written(headers: HeaderValues): HeaderValues {
    if (this.#omitted.length === 0) return headers;
    return Object.fromEntries(Object.entries(headers).filter(([name]) => this.writes(name)));
  }
}
