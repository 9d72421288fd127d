export { EmbeddedKafkaError } from './embedded-kafka-error.ts';
export type { EmbeddedKafkaErrorCode } from './embedded-kafka-error.ts';
export { errorCodes } from './error-codes.ts';
export type { ErrorName } from './error-codes.ts';
