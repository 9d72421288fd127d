export { EmbeddedKafka } from './embedded-kafka.ts';
export type { EmbeddedKafkaOptions } from './embedded-kafka.ts';
export { EmbeddedKafkaError } from './embedded-kafka-error.ts';
export type { EmbeddedKafkaErrorCode } from './embedded-kafka-error.ts';
