/**
 * The shapes of kafkajs 2.2 that the wrappers rely on, narrow enough that clients of the same shape fit
 * (`KafkaJS` of `@confluentinc/kafka-javascript`).
 */

/** A message to send or a consumed one; all its other members pass through. */
export interface MessageLike {
  readonly key?: unknown;
  readonly value?: unknown;
  readonly headers?: unknown;
  readonly partition?: number;
  readonly timestamp?: string;
  /** Only on consumed messages: a decimal, which may exceed the largest exact number. */
  readonly offset?: string;
}

export interface TopicMessagesLike {
  readonly topic: string;
  readonly messages: readonly MessageLike[];
}

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

/** One partition's answer to a produce request. */
export interface RecordMetadataLike {
  readonly topicName?: string;
  readonly partition?: number;
  /** Kafka's error code; 0 is none. */
  readonly errorCode?: number;
  readonly baseOffset?: string;
  /** The name of `offset` in the answer for message format 0. */
  readonly offset?: string;
}

export interface SenderLike {
  send(record: RecordLike): Promise<readonly RecordMetadataLike[]>;
  sendBatch(record: BatchRecordLike): Promise<readonly RecordMetadataLike[]>;
}

export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to read, as Kafka commits it. */
  readonly offset: string;
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

export interface ProducerLike extends SenderLike {
  transaction?(): Promise<TransactionLike>;
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
