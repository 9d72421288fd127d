export { forEachMessage } from './consumer/for-each-message.ts';
export { messageContext } from './consumer/delivered-message.ts';
export { wrapConsumer } from './consumer/wrap-consumer.ts';
export { wrapProducer } from './producer/wrap-producer.ts';
export { KafkaTracingError } from './core/kafka-tracing-error.ts';
export type { KafkaTracingErrorCode } from './core/kafka-tracing-error.ts';
export type { BatchPayload, MessageOf, MessageStream } from './consumer/for-each-message.ts';
export type {
  AttemptMessage,
  ChannelMessages,
  CommitMessage,
  DeadLetterMessage,
  ProcessMessage,
  SendMessage,
} from './channels/channels.ts';
export type { MessageLike } from './client/kafka-client.ts';
export type {
  AgentContext,
  ConsumerOptions,
  ProducerOptions,
  SpanHook,
  SpanHookInfo,
  TopicOptions,
  TraceLimits,
  TracingOptions,
} from './telemetry/options.ts';
export type { Semconv } from './telemetry/semconv.ts';
