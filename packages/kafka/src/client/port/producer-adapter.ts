import type { LearnedIdentity, RecordMetadataLike, TopicMessagesLike } from './message.ts';

/** What is sent to one topic. Other members are the adapter's own, and come back as they were. */
export interface RecordLike extends TopicMessagesLike {
  /** 0: no broker answers. */
  readonly acks?: number;
}

/** What is sent to several topics. */
export interface BatchRecordLike {
  readonly topicMessages: readonly TopicMessagesLike[];
  /** 0: no broker answers. */
  readonly acks?: number;
}

/** What sends. The wrapper hands on the record that it was given, or a copy with other headers in copies of the messages. */
export interface SenderLike {
  send(record: RecordLike): Promise<readonly RecordMetadataLike[]>;
  sendBatch(record: BatchRecordLike): Promise<readonly RecordMetadataLike[]>;
}

/** Offsets to commit. */
export interface OffsetsByTopic {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
  }[];
}

/** The group, and the offsets that a transaction commits for it. */
export interface GroupOffsets extends OffsetsByTopic {
  readonly consumerGroupId?: string;
}

/** A transaction. */
export interface TransactionLike extends SenderLike {
  sendOffsets(offsets: GroupOffsets): Promise<void>;
  commit(): Promise<void>;
  abort(): Promise<void>;
}

/** How the wrapper traces the two kinds of objects that send. */
export interface TraceSends {
  /** Whether spans are made; asked at each call, as a tracer provider may be registered late. */
  isTraced(): boolean;
  /** Tells the wrapper what the client has just said of itself. */
  learn(identity: LearnedIdentity): void;
  sender(port: SenderLike): SenderLike;
  transaction(port: TransactionLike): TransactionLike;
}

/**
 * One client library's producers. An adapter brings what its client is called with to the port, has the wrapper trace that, and brings the
 * answer back; it knows nothing of spans. What it does not replace stays the client's own.
 */
export interface ProducerAdapter {
  /** Whether a client of this library made `producer`: by its shape, as a process may have several copies of the library. */
  fits(producer: object): boolean;
  /** The members of the client's own interface that are replaced. */
  traced(producer: object, trace: TraceSends): object;
}
