export { forEachMessage } from './for-each-message.ts';
export { messageContext } from './message-context.ts';
export { wrapConsumer } from './wrap-consumer.ts';
export { wrapProducer } from './wrap-producer.ts';
export type { BatchPayload, MessageOf } from './for-each-message.ts';
export type { MessageLike } from './kafka-client.ts';
export type { ConsumerOptions, Handled, Hook, ProducerOptions, TopicOptions, TraceBudget, TracingOptions } from './options.ts';
export type { Semconv } from './semconv.ts';
