/**
 * The shapes to which adapters bring their clients: the rooms outside this one import them here. They are those of kafkajs 2.2, narrow enough that
 * others fit.
 */
export type { MessageLike, PartitionOffset, RecordMetadataLike, TopicMessagesLike } from './port/message.ts';
export type { BatchRecordLike, OffsetsByTopic, RecordLike, SenderLike, TransactionLike } from './port/producer-adapter.ts';
export type {
  BatchLike,
  ConsumerLike,
  EachBatchPayloadLike,
  EachMessagePayloadLike,
  PausableLike,
  RunConfigLike,
} from './port/consumer-adapter.ts';
