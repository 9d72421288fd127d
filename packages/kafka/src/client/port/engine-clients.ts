import type { AdminPort } from './admin.ts';
import type { GroupMemberPort, MemberConfig } from './group-member.ts';
import type { HeaderValues, RecordMetadataLike } from './message.ts';

/** A record that the engine sends. */
export interface OutgoingRecord {
  key?: Buffer | string | null;
  /** `null`: a tombstone. */
  value: Buffer | string | null;
  /** No value is null; one that is an array stands for a header that is repeated. */
  headers?: HeaderValues;
  /** Milliseconds since the epoch, decimal; the time of the send where it is absent. */
  timestamp?: string;
  /** Always there but where the client's own partitioner is to decide. */
  partition?: number;
}

/** The number that Kafka's protocol gives gzip: what each of the clients can write without another package. */
export const gzip = 1;

/** The records of one request to one topic. */
export interface OutgoingRecords {
  topic: string;
  /** -1: all in-sync replicas must have them. */
  acks: number;
  /** As the producer's options have it where it is absent. */
  compression?: typeof gzip;
  messages: OutgoingRecord[];
}

/** A producer of the engine's own, in kafkajs' shape, so that `wrapProducer` takes it. */
export interface ProducerPort {
  /** The client id where no event tells it. */
  readonly clientId?: string;
  connect(): Promise<void>;
  /** After what is under way. */
  disconnect(): Promise<void>;
  /**
   * Sends, and creates no topic.
   *
   * @returns an answer for each partition that was written. A partition that is not there has no answer, or rejects.
   * @throws the broker's error, with the name of Kafka's protocol (see `KafkaError`): `MESSAGE_TOO_LARGE`, `RECORD_LIST_TOO_LARGE`,
   *   `UNKNOWN_TOPIC_OR_PARTITION`
   */
  send(records: OutgoingRecords): Promise<readonly RecordMetadataLike[]>;
  /** The same for several topics: what the wrapper takes for a producer has both. */
  sendBatch(records: {
    topicMessages: Pick<OutgoingRecords, 'topic' | 'messages'>[];
    acks: number;
  }): Promise<readonly RecordMetadataLike[]>;
}

/** A transaction, of which each partition that was written has the records once it is committed, and none when it is aborted. */
export interface TransactionPort {
  /** As `ProducerPort.send`. @throws also `INVALID_PRODUCER_EPOCH`, `PRODUCER_FENCED`: a later producer has the id */
  send(records: OutgoingRecords): Promise<readonly RecordMetadataLike[]>;
  /** Resolves when the coordinator has acknowledged it. */
  commit(): Promise<void>;
  abort(): Promise<void>;
}

/**
 * A producer that has a transactional id. Brokers reject what an earlier producer of the id sends once this one has begun its first
 * transaction, however long the other was suspended; an open transaction of the other is aborted. After an error it is replaced.
 */
export interface TransactionalProducerPort extends Pick<ProducerPort, 'clientId' | 'connect' | 'disconnect'> {
  /** Begins a transaction; one at a time. */
  transaction(): Promise<TransactionPort>;
}

/** The clients that the engine works with, of one library. They are bare: what a registration would wrap is not wrapped here. */
export interface EngineClients {
  admin(): AdminPort;
  /** @param options those of the client's own producer, as the user gave them */
  producer(options: object): ProducerPort;
  /**
   * A producer to which the records of a partition are given many at once: a request that is repeated comes before those behind it.
   *
   * @param options those of the client's own producer, as the user gave them
   * @param retries how often a request is repeated, where the options do not say and the client can be told
   */
  orderedProducer(options: object, retries: number): ProducerPort;
  /**
   * Its transactions are tried again soon and not for long, where the options do not say.
   *
   * @param options those of the client's own producer, as the user gave them
   */
  transactionalProducer(options: object, transactionalId: string): TransactionalProducerPort;
  /** @throws {KafkaTracingError} `invalid_option`: an option without which the member could lose records or commit them unhandled */
  member(config: MemberConfig): GroupMemberPort;
}

/** One client library, for the engine. */
export interface EngineAdapter {
  /** Whether `client` is what makes this library's clients: by its shape, as a process may have several copies of the library. */
  fits(client: object): boolean;
  /** @param taker the function that takes the clients, as errors of their options name it */
  clients(client: object, taker: string): EngineClients;
}
