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

/** The records of one request to one topic. */
export interface OutgoingRecords {
  topic: string;
  /** -1: all in-sync replicas must have them. */
  acks: number;
  messages: OutgoingRecord[];
}

/** A producer of the engine's own, in kafkajs' shape, so that `wrapProducer` takes it. */
export interface ProducerPort {
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
  sendBatch(records: { topicMessages: Omit<OutgoingRecords, 'acks'>[]; acks: number }): Promise<readonly RecordMetadataLike[]>;
}

/** The clients that the engine works with, of one library. They are bare: what a registration would wrap is not wrapped here. */
export interface EngineClients {
  admin(): AdminPort;
  /** @param options those of the client's own producer, as `subscribe` was given them */
  producer(options: object): ProducerPort;
  /** @throws {KafkaTracingError} `invalid_option`: an option without which the member could lose records or commit them unhandled */
  member(config: MemberConfig): GroupMemberPort;
}

/** One client library, for the engine. */
export interface EngineAdapter {
  /** Whether `client` is what makes this library's clients: by its shape, as a process may have several copies of the library. */
  fits(client: object): boolean;
  clients(client: object): EngineClients;
}
