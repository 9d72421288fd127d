import { errorType } from './error-type.ts';
import { KafkaTracingError } from './kafka-tracing-error.ts';

/** Whether an error, of the broker or ours, says that a topic, or a partition of it, does not exist. Never throws. */
export function isTopicMissing(error: unknown): boolean {
  return (error instanceof KafkaTracingError && error.code === 'topic_missing') || errorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
}
