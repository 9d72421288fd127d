import { errorType } from '../core/error-type.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';

/** The broker's answers that a record, or its topic, would get again. */
const refusals: ReadonlySet<string> = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'INVALID_TOPIC_EXCEPTION',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'TOPIC_AUTHORIZATION_FAILED',
  'POLICY_VIOLATION',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  // What kafkajs, or Node, throws at a record that it cannot encode
  'TypeError',
  'RangeError',
]);

/** Whether a send failed for what is sent, so that the next record may do better; else it failed for the broker. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof KafkaTracingError) return error.code === 'unacknowledged' || error.code === 'topic_missing';
  return refusals.has(errorType(error));
}

/** Whether a refusal may be for a topic's partitions that were not what the producer took them for. */
export function isOfStalePartitions(error: unknown): boolean {
  return error instanceof KafkaTracingError ? error.code === 'unacknowledged' : errorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
}
