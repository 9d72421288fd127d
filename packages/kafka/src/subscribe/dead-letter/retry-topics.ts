import { retryHeaders, type Failure, type RetryTimes } from '../headers/delivery-headers.ts';
import type { ConsumedRecord, DeliveryTopicSender } from './delivery-topic-sender.ts';

/** Writes records into the topics in which they wait for another attempt, which the subscription consumes beside their sources. */
export class RetryTopics {
  readonly #sender: DeliveryTopicSender;
  readonly #topics: ReadonlyMap<string, ReadonlyMap<string, string>>;

  /** @param topics for each delay, by its name, the topics by the topic whose records they take */
  constructor(sender: DeliveryTopicSender, topics: ReadonlyMap<string, ReadonlyMap<string, string>>) {
    this.#sender = sender;
    this.#topics = topics;
  }

  /**
   * Writes the record as it came, with the headers of {@link retryHeaders}.
   *
   * @returns the topic, once all in-sync replicas have it
   * @throws {KafkaTracingError} `unacknowledged`, `topic_missing`; what kafkajs throws when the broker did not take it
   */
  async write({ key, value, headers }: ConsumedRecord, failure: Failure, delay: string, times: RetryTimes): Promise<string> {
    const topic = this.#topics.get(delay)?.get(failure.topic);
    if (topic === undefined) throw new TypeError(`No retry topic of ${delay} is known for "${failure.topic}"`);
    await this.#sender.send(topic, failure.partition, { key, value, headers: retryHeaders(headers, failure, times) });
    return topic;
  }
}
