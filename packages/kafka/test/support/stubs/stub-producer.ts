import type { BatchRecordLike, RecordMetadataLike, TopicMessagesLike } from '../../../src/client/kafka-client.ts';

/**
 * A client that only records its input, for what no broker shows: how a misbehaving client is treated, and what
 * exactly reaches it. A class with private fields, like `@confluentinc/kafka-javascript`.
 */
export class StubProducer {
  readonly #records: unknown[] = [];
  #answer: (record: unknown) => unknown = (record) => Promise.resolve(acknowledged(record));

  /** The arguments of `send` and `sendBatch`. */
  get records(): readonly unknown[] {
    return this.#records;
  }

  /** The headers of the messages of the last `send`. */
  get lastHeaders(): readonly unknown[] {
    return (this.#records.at(-1) as TopicMessagesLike).messages.map(({ headers }) => headers);
  }

  /** Each call from now on ends like `answer`. By default: acknowledged for each topic. */
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

/** The answer of a broker that accepts everything; it names no partition, as nothing here chose one. */
function acknowledged(record: unknown): readonly RecordMetadataLike[] {
  const { topicMessages = [record] } = (record ?? {}) as { readonly topicMessages?: readonly unknown[] };
  return topicMessages.map((entry) => ({ topicName: String((entry as Partial<TopicMessagesLike> | null)?.topic) }));
}
