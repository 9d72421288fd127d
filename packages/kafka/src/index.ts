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
export { classifyError } from './subscribe/verdict.ts';
export type { FailedAttempt, Verdict } from './subscribe/verdict.ts';
export { drainOnSignal } from './subscribe/drain-on-signal.ts';
export type { Drainable, DrainOnSignalOptions } from './subscribe/drain-on-signal.ts';
export { jsonCodec } from './subscribe/codec.ts';
export type { Codec, StandardSchema } from './subscribe/codec.ts';
export { DeliveryHeader } from './subscribe/delivery-headers.ts';
export { subscribe } from './subscribe/subscribe.ts';
export type { KafkaClients } from './subscribe/subscribe.ts';
export type { Backoff } from './subscribe/backoff.ts';
export type { InFlightMessage } from './subscribe/in-flight.ts';
export type { MessageHandler, MessageScope, SubscribedMessage } from './subscribe/message-scope.ts';
export type {
  ConcurrencyOptions,
  DeadLetterOptions,
  DrainOptions,
  RetryOptions,
  RetryTopicOptions,
  SubscribeOptions,
  SubscriptionLog,
} from './subscribe/subscribe-options.ts';
export type { MessagePlace, ParkedPartition, StoppedPartition, SubscriptionEvents } from './subscribe/subscription-events.ts';
export type { SubscriptionDrainReport, SubscriptionHealth } from './subscribe/health.ts';
export type { PartitionLag } from './subscribe/lag.ts';
export type { OutageOptions, OutageState } from './subscribe/outage.ts';
export type { Subscription } from './subscribe/subscription.ts';
export type { DeadLetterHeaders } from './subscribe/dead-letters.ts';
export type { DeadLetterRecord } from './replay/dead-letter-record.ts';
export { replay } from './replay/replay.ts';
export type { RecordProblem, ReplayOptions, ReplayOutcome, ReplayReport } from './replay/replay-options.ts';
export type { RecordPlace } from './replay/replay-progress.ts';
