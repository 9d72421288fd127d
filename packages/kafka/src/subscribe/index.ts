export { subscribe } from './subscribe.ts';
export type {
  ClientConsumerOptions,
  ClientMaker,
  ClientProducerOptions,
  KafkaClients,
  KafkajsConsumerOptions,
  KafkajsProducerOptions,
  ConfluentClients,
  ConfluentOptions,
  PlatformaticClients,
  PlatformaticConsumerOptions,
  PlatformaticProducerOptions,
} from '../client/client-maker.ts';
export type { Subscription } from './subscription.ts';
export { drainOnSignal } from './drain-on-signal.ts';
export type { Drainable, DrainOnSignalOptions } from './drain-on-signal.ts';
export { classifyError } from './failure/failure-policy.ts';
export type { FailedAttempt, Verdict } from './failure/failure-policy.ts';
export { jsonCodec, UndecodableError } from './attempt/codec.ts';
export type { Codec, CodecContext, StandardSchema } from './attempt/codec.ts';
export { DeliveryHeader } from './headers/delivery-headers.ts';
export { KafkaTracingError } from '../core/kafka-tracing-error.ts';
export type { KafkaTracingErrorCode } from '../core/kafka-tracing-error.ts';
export type { Backoff } from '../core/backoff.ts';
export type { TopicPartition, TopicPartitionOffset } from '../client/record.ts';
export type { InFlightMessage } from './attempt/attempt.ts';
export type { MessageHandler, MessageScope, SubscribedMessage } from './attempt/message-scope.ts';
export type {
  ConcurrencyOptions,
  DeadLetterOptions,
  DrainOptions,
  RetryOptions,
  RetryTopicOptions,
  SubscribeOptions,
  SubscriptionLog,
} from './subscribe-options.ts';
export type { SubscriptionEvents } from './failure/delivery-events.ts';
export type { BlockedPartition, BlockReason, DelayedPartition } from './partitions/partition-controller.ts';
export type { SubscriptionDrainReport, SubscriptionHealth } from './health.ts';
export type { PartitionLag } from './lag.ts';
export type { CircuitBreakerOptions, CircuitState } from './failure/circuit-breaker.ts';
export type { DeadLetterHeaders } from './dead-letter/failure-destinations.ts';
