import { gzip } from '../../client/port/engine-clients.ts';
import { isTooLarge } from '../../client/port/kafka-error.ts';
import type { HeaderValues } from '../../client/port/message.ts';
import { VALUE_OMITTED_HEADER } from '../../sender/record-headers.ts';
import {
  DeliveryHeader,
  failureHeaders,
  keptFromOriginal,
  type WrittenFailure,
  retryHeaders,
  type RetryTimes,
} from '../headers/delivery-headers.ts';
import { SpringHeader, springHeaders } from '../headers/spring-headers.ts';
import type { ConsumedRecord, DeliveryTopicSender } from './delivery-topic-sender.ts';

/** The headers of a dead-letter record. `tracelink`: those of `DeliveryHeader`. `spring`: those of Spring for Apache Kafka, too. */
export type DeadLetterHeaders = 'tracelink' | 'spring';

const stackHeaders = [DeliveryHeader.ERROR_STACK, SpringHeader.EXCEPTION_STACKTRACE] as const;

/** Writes dead-letter records. */
export class DeadLetters {
  readonly #sender: DeliveryTopicSender;
  readonly #topics: ReadonlyMap<string, string>;
  readonly #headersOf: typeof failureHeaders;

  /**
   * @param topics the dead-letter topic, by source topic
   * @param headers which headers describe the failure: ours, or Spring's beside them
   */
  constructor(sender: DeliveryTopicSender, topics: ReadonlyMap<string, string>, headers: DeadLetterHeaders) {
    this.#sender = sender;
    this.#topics = topics;
    this.#headersOf =
      headers === 'spring' ? (original, failure) => ({ ...failureHeaders(original, failure), ...springHeaders(failure) }) : failureHeaders;
  }

  /**
   * Writes the original record with the headers of {@link failureHeaders}. A record that is too large for the broker, also compressed, is written with less:
   * without the stack, then without the value, which the header `tracelink-value-omitted` marks, then without its original headers.
   *
   * @returns the topic, once all in-sync replicas have it
   * @throws {KafkaTracingError} `unacknowledged`, `topic_missing`; what the client throws when the broker rejected it
   */
  async write(record: ConsumedRecord, failure: WrittenFailure): Promise<string> {
    const topic = this.#topics.get(failure.topic);
    if (topic === undefined) throw new TypeError(`No dead-letter topic is known for "${failure.topic}"`);
    let refused: unknown;
    for (const smaller of this.#everSmaller(record, failure)) {
      try {
        // The producer has tried the first one compressed, too.
        await this.#sender.send(topic, failure.partition, smaller, refused === undefined ? undefined : gzip);
        return topic;
      } catch (error) {
        if (!isTooLarge(error)) throw error;
        refused = error;
      }
    }
    throw refused;
  }

  *#everSmaller({ key, value, headers: original }: ConsumedRecord, failure: WrittenFailure): Generator<ConsumedRecord> {
    const headers = this.#headersOf(original, failure);
    yield { key, value, headers };
    const withoutStack = without(headers, ...stackHeaders);
    if (stackHeaders.some((name) => name in headers && this.#sender.writes(name))) yield { key, value, headers: withoutStack };
    const omitted = { [VALUE_OMITTED_HEADER]: String(value?.length ?? 0) };
    yield { key, value: null, headers: { ...withoutStack, ...omitted } };
    const ours = without(this.#headersOf(keptFromOriginal(original), failure), ...stackHeaders);
    yield { key: null, value: null, headers: { ...ours, ...omitted } };
  }
}

function without(headers: HeaderValues, ...names: readonly string[]): HeaderValues {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

/** Writes records into retry topics, which the subscription consumes beside their sources. */
export class RetryTopics {
  readonly #sender: DeliveryTopicSender;
  readonly #topics: ReadonlyMap<string, ReadonlyMap<string, string>>;

  /** @param topics for each delay, by its name, the retry topics by source topic */
  constructor(sender: DeliveryTopicSender, topics: ReadonlyMap<string, ReadonlyMap<string, string>>) {
    this.#sender = sender;
    this.#topics = topics;
  }

  /**
   * Writes the original record with the headers of {@link retryHeaders}.
   *
   * @returns the topic, once all in-sync replicas have it
   * @throws {KafkaTracingError} `unacknowledged`, `topic_missing`; what the client throws when the broker rejected it
   */
  async write({ key, value, headers }: ConsumedRecord, failure: WrittenFailure, delay: string, times: RetryTimes): Promise<string> {
    const topic = this.#topics.get(delay)?.get(failure.topic);
    if (topic === undefined) throw new TypeError(`No retry topic of ${delay} is known for "${failure.topic}"`);
    await this.#sender.send(topic, failure.partition, { key, value, headers: retryHeaders(headers, failure, times) });
    return topic;
  }
}
