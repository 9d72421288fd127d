import type { BatchRecordLike, RecordMetadataLike, TopicMessagesLike } from '../../src/client/kafka-client.ts';

/**
 * A client that only keeps what it was given, for what no broker shows: how a client that misbehaves is treated, and what
 * exactly reaches it. A class with private fields, as `@confluentinc/kafka-javascript` is made of.
 */
export class StubProducer {
  readonly #records: unknown[] = [];
  #answer: (record: unknown) => unknown = (record) => Promise.resolve(acknowledged(record));

  /** What `send` and `sendBatch` were called with. */
  get records(): readonly unknown[] {
    return this.#records;
  }

  /** The headers of the messages of the last `send`. */
  get lastHeaders(): readonly unknown[] {
    return (this.#records.at(-1) as TopicMessagesLike).messages.map(({ headers }) => headers);
  }

  /** Each call from now on ends as `answer` does. By default: acknowledged for each topic. */
  answers(answer: () => unknown): this {
    this.#answer = answer;
    return this;
  }

  send(record: TopicMessagesLike): Promise<readonly RecordMetadataLike[]> {
    return this.#take(record);
  }

  sendBatch(record: BatchRecordLike): Promise<readonly RecordMetadataLike[]> {
    return this.#take(record);
  }

  get isIdempotent(): boolean {
    return this.#records.length >= 0;
  }

  #take(record: unknown): Promise<readonly RecordMetadataLike[]> {
    this.#records.push(record);
    return this.#answer(record) as Promise<readonly RecordMetadataLike[]>;
  }
}

/** What a broker that takes everything answers; it names no partition, as nothing here chose one. */
function acknowledged(record: unknown): readonly RecordMetadataLike[] {
  const { topicMessages = [record] } = (record ?? {}) as { readonly topicMessages?: readonly unknown[] };
  return topicMessages.map((entry) => ({ topicName: String((entry as Partial<TopicMessagesLike> | null)?.topic) }));
}
