export { forEachMessage } from './for-each-message.ts';
export { KafkaTracingError } from './kafka-tracing-error.ts';
export type { KafkaTracingErrorCode } from './kafka-tracing-error.ts';
export { messageContext } from './message-context.ts';
export { wrapConsumer } from './wrap-consumer.ts';
export { wrapProducer } from './wrap-producer.ts';
export type { BatchPayload, MessageOf } from './for-each-message.ts';
export type { MessageLike } from './kafka-client.ts';
export type { ConsumerOptions, Handled, Hook, ProducerOptions, TopicOptions, TraceBudget, TracingOptions } from './options.ts';
export type { Semconv } from './semconv.ts';
export { classifyError } from './subscribe/failure/verdict.ts';
export type { FailedAttempt, Verdict } from './subscribe/failure/verdict.ts';
export { drainOnSignal } from './subscribe/drain-on-signal.ts';
export type { Drainable, DrainOnSignalOptions } from './subscribe/drain-on-signal.ts';
export { jsonCodec, UndecodableError } from './subscribe/attempt/codec.ts';
export type { Codec, CodecContext, StandardSchema } from './subscribe/attempt/codec.ts';
export { DeliveryHeader } from './subscribe/headers/delivery-headers.ts';
export { subscribe } from './subscribe/subscribe.ts';
export type { KafkaClients } from './subscribe/subscribe.ts';
export type { Backoff } from './subscribe/failure/backoff.ts';
export type { InFlightMessage } from './subscribe/attempt/attempt.ts';
export type { MessageHandler, MessageScope, SubscribedMessage } from './subscribe/attempt/message-scope.ts';
export type {
  ConcurrencyOptions,
  DeadLetterOptions,
  DrainOptions,
  RetryOptions,
  RetryTopicOptions,
  SubscribeOptions,
  SubscriptionLog,
} from './subscribe/subscribe-options.ts';
export type { SubscriptionEvents } from './subscribe/failure/delivery-events.ts';
export type { BlockedPartition, BlockReason, DelayedPartition } from './subscribe/partitions/partition-controller.ts';
export type { TopicPartition, TopicPartitionOffset } from './subscribe/partitions/topic-partition.ts';
export type { SubscriptionDrainReport, SubscriptionHealth } from './subscribe/health.ts';
export type { PartitionLag } from './subscribe/lag.ts';
export type { OutageOptions, OutageState } from './subscribe/failure/circuit-breaker.ts';
export type { Subscription } from './subscribe/subscription.ts';
export type { DeadLetterHeaders } from './subscribe/dead-letter/dead-letters.ts';
export type { DeadLetterRecord } from './replay/dead-letter-record.ts';
export { replay } from './replay/replay.ts';
export type { RecordProblem, ReplayOptions, ReplayOutcome, ReplayReport } from './replay/replay-options.ts';
export type { RecordPlace } from './replay/replay-progress.ts';
