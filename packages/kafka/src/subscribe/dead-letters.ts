import type { IHeaders, Producer } from 'kafkajs';
import { errorType } from '../error-type.ts';
import type { CompanionTopic } from './companion-topics.ts';
import { SpringHeader, springHeaders } from './spring-headers.ts';
import { DeliveryHeader, failureHeaders, type Failure } from './delivery-headers.ts';

/** The message that is given up, as it came. */
export interface Undelivered {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
}

/** Which headers a dead letter gets: `tracelink`: those of `DeliveryHeader`; `spring`: those of Spring for Apache Kafka, too. */
export type DeadLetterHeaders = 'tracelink' | 'spring';

/** Writes dead letters. */
export class DeadLetters {
  readonly #producer: Producer;
  readonly #topics: ReadonlyMap<string, CompanionTopic>;
  readonly #headersOf: typeof failureHeaders;

  /**
   * @param producer wrapped, so that a dead letter goes on with the trace of the attempt that failed
   * @param topics by the topic whose messages they take
   * @param headers which headers say what happened: ours, or Spring's beside them
   */
  constructor(producer: Producer, topics: ReadonlyMap<string, CompanionTopic>, headers: DeadLetterHeaders) {
    this.#producer = producer;
    this.#topics = topics;
    this.#headersOf =
      headers === 'spring' ? (original, failure) => ({ ...failureHeaders(original, failure), ...springHeaders(failure) }) : failureHeaders;
  }

  /**
   * Writes the message as it came, with the headers of {@link failureHeaders}, into the partition of the same number; where there
   * are fewer, modulo their count, so that the order of a key is kept. Without the stack when the broker finds it too large.
   *
   * @returns the topic, once all in-sync replicas have it
   * @throws what kafkajs throws when the broker did not take it
   */
  async write(message: Undelivered, failure: Failure): Promise<string> {
    const target = this.#topics.get(failure.topic);
    if (target === undefined) throw new TypeError(`No dead-letter topic is known for "${failure.topic}"`);
    const headers = this.#headersOf(message.headers, failure);
    try {
      await this.#send(target, message, headers, failure.partition);
    } catch (error) {
      if (errorType(error) !== 'MESSAGE_TOO_LARGE') throw error;
      const { [DeliveryHeader.ERROR_STACK]: _stack, [SpringHeader.EXCEPTION_STACKTRACE]: _trace, ...rest } = headers;
      await this.#send(target, message, rest, failure.partition);
    }
    return target.name;
  }

  async #send({ name, partitions }: CompanionTopic, { key, value }: Undelivered, headers: IHeaders, partition: number): Promise<void> {
    await this.#producer.send({
      topic: name,
      acks: -1,
      messages: [{ key, value, headers, partition: partition % partitions }],
    });
  }
}
