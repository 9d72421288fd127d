import type { MessageLike, PartitionOffset, RecordMetadataLike, TopicMessagesLike } from './port/message.ts';

export type { MessageLike, PartitionOffset, RecordMetadataLike, TopicMessagesLike } from './port/message.ts';

/**
 * The shapes of kafkajs 2.2 that the wrappers rely on, narrow enough that clients of the same shape fit
 * (`KafkaJS` of `@confluentinc/kafka-javascript`).
 */

/** The argument of `send`. */
export interface RecordLike extends TopicMessagesLike {
  /** 0: no broker answers. */
  readonly acks?: number;
}

/** The argument of `sendBatch`. */
export interface BatchRecordLike {
  readonly topicMessages: readonly TopicMessagesLike[];
  /** 0: no broker answers. */
  readonly acks?: number;
}

export interface SenderLike {
  send(record: RecordLike): Promise<readonly RecordMetadataLike[]>;
  sendBatch(record: BatchRecordLike): Promise<readonly RecordMetadataLike[]>;
}

export interface OffsetsByTopic {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
  }[];
}

export interface TransactionLike extends SenderLike {
  sendOffsets(offsets: OffsetsByTopic & { readonly consumerGroupId?: string }): Promise<void>;
  commit(): Promise<void>;
  abort(): Promise<void>;
}

export interface EachMessagePayloadLike {
  readonly topic: string;
  readonly partition: number;
  readonly message: MessageLike;
}

export interface BatchLike {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly MessageLike[];
  lastOffset(): string;
}

export interface EachBatchPayloadLike {
  readonly batch: BatchLike;
  resolveOffset(offset: string): void;
  heartbeat(): Promise<void>;
  commitOffsetsIfNecessary(offsets?: OffsetsByTopic): Promise<void>;
  isRunning(): boolean;
  isStale(): boolean;
}

export interface RunConfigLike {
  readonly eachMessage?: (payload: EachMessagePayloadLike) => Promise<void>;
  readonly eachBatch?: (payload: EachBatchPayloadLike) => Promise<void>;
  readonly eachBatchAutoResolve?: boolean;
}

/** A consumer that reports which partitions the application has paused; a client without `paused` counts as never paused. */
export interface PausableLike {
  paused?(): readonly { readonly topic: string; readonly partitions?: readonly number[] }[];
}

export interface ConsumerLike extends PausableLike {
  run(config?: RunConfigLike): Promise<void>;
  commitOffsets(offsets?: readonly PartitionOffset[]): Promise<void>;
}
