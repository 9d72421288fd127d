import type { ClientIdentity, RecordMetadataLike, TopicMessagesLike } from './message.ts';

/** What is sent to one topic; `acks` 0: no broker answers. Other members are the adapter's own, and come back as they were. */
export interface PortRecord extends TopicMessagesLike {
  readonly acks?: number;
}

/** What is sent to several topics. */
export interface PortBatch {
  readonly topicMessages: readonly TopicMessagesLike[];
  readonly acks?: number;
}

/** The group and the offsets that a transaction commits. */
export interface PortOffsets {
  readonly consumerGroupId?: string;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
  }[];
}

/** Sends as the wrapper traces them: it hands on the record that it was given, or a copy with other headers in copies of the messages. */
export interface SenderPort {
  send(record: PortRecord): Promise<readonly RecordMetadataLike[]>;
  sendBatch(record: PortBatch): Promise<readonly RecordMetadataLike[]>;
}

/** A transaction as the wrapper traces it. */
export interface TransactionPort extends SenderPort {
  sendOffsets(offsets: PortOffsets): Promise<void>;
  commit(): Promise<void>;
  abort(): Promise<void>;
}

/** How the wrapper traces the two kinds of objects that send. */
export interface TraceSends {
  /** Whether spans are made; asked at each call, as a tracer provider may be registered late. */
  isTraced(): boolean;
  /** Tells the wrapper what the client has just said of itself. */
  learn(identity: ClientIdentity): void;
  sender(port: SenderPort): SenderPort;
  transaction(port: TransactionPort): TransactionPort;
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
