import type { Producer } from 'kafkajs';
import type { CompanionTopic } from './companion-topics.ts';
import type { Undelivered } from './dead-letters.ts';
import { retryHeaders, type Failure, type RetryTimes } from './delivery-headers.ts';
import type { RetryTier } from './retry-tiers.ts';

/** What a retry topic belongs to. */
export interface RetrySource {
  /** The topic whose messages it takes. */
  readonly topic: string;
  /** Milliseconds that they wait in it at most. */
  readonly delay: number;
}

/** The topics in which messages wait for another attempt, which the subscription consumes beside their sources. */
export class RetryTopics {
  readonly #producer: Producer;
  readonly #targets: ReadonlyMap<RetryTier, ReadonlyMap<string, CompanionTopic>>;
  readonly #sources = new Map<string, RetrySource>();

  /**
   * @param producer wrapped, so that a message goes on with the trace of the attempt that failed
   * @param targets for each tier the topics, by the topic whose messages they take
   */
  constructor(producer: Producer, targets: ReadonlyMap<RetryTier, ReadonlyMap<string, CompanionTopic>>) {
    this.#producer = producer;
    this.#targets = targets;
    for (const [{ delay }, companions] of targets) for (const [topic, { name }] of companions) this.#sources.set(name, { topic, delay });
  }

  get names(): readonly string[] {
    return [...this.#sources.keys()];
  }

  /** `undefined` for a topic that is no retry topic. */
  sourceOf(topic: string): RetrySource | undefined {
    return this.#sources.get(topic);
  }

  /**
   * Writes the message as it came, with the headers of {@link retryHeaders}, into the partition of its source's number, modulo.
   *
   * @returns the topic, once all in-sync replicas have it
   * @throws what kafkajs throws when the broker did not take it
   */
  async write({ key, value, headers }: Undelivered, failure: Failure, tier: RetryTier, times: RetryTimes): Promise<string> {
    const target = this.#targets.get(tier)?.get(failure.topic);
    if (target === undefined) throw new TypeError(`No retry topic of ${tier.name} is known for "${failure.topic}"`);
    const partition = failure.partition % target.partitions;
    await this.#producer.send({
      topic: target.name,
      acks: -1,
      messages: [{ key, value, headers: retryHeaders(headers, failure, times), partition }],
    });
    return target.name;
  }
}
