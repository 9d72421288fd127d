import { innermostCause, integerOf, type DeadLetterHeaderBag, numberOf, textOf, traceOfRecord } from '../headers/dead-letter-headers.ts';
import type { DeadLetterFields, DeadLetterFormat } from './writer.ts';

/** Spring's own errors, which say only that the listener failed. */
const isWrapper = /\.(?:ListenerExecutionFailedException|BatchListenerFailedException|MessagingException|MessageHandlingException)$/;

/** Spring for Apache Kafka's `DeadLetterPublishingRecoverer`. */
export const spring: DeadLetterFormat = {
  name: 'Spring',
  wrote: (headers) => headers.hasPrefix('kafka_dlt-original-') && !headers.has('kafka_original-topic'),
  read: (headers) => ({
    ...originOf(headers, 'kafka_dlt-original'),
    ...errorOf(headers, headers.has('kafka_dlt-exception-fqcn') ? 'kafka_dlt-exception' : 'kafka_dlt-key-exception'),
    groupId: textOf(headers.first('kafka_dlt-original-consumer-group')),
    traceId: traceOfRecord(headers),
  }),
};

/** Spring for Apache Kafka's `@RetryableTopic`: records of its retry topics and its dead-letter records. */
export const springRetryTopics: DeadLetterFormat = {
  name: 'Spring retry topics',
  wrote: (headers) => headers.has('kafka_original-topic'),
  read(headers) {
    // The number of the next attempt.
    const next = numberOf(headers.last('retry_topic-attempts'), 4);
    return {
      ...originOf(headers, 'kafka_original'),
      ...errorOf(headers, headers.has('kafka_exception-fqcn') ? 'kafka_exception' : 'kafka_key-exception'),
      groupId: textOf(headers.first('kafka_dlt-original-consumer-group')),
      attempts: next === undefined || next === 0 ? undefined : next - 1,
      firstFailure: undefined,
      traceId: traceOfRecord(headers),
    };
  },
};

/** Spring Cloud Stream's Kafka binder. */
export const springCloudStream: DeadLetterFormat = {
  name: 'Spring Cloud Stream',
  wrote: (headers) => headers.has('x-original-topic'),
  read(headers, { topic }) {
    const origin = originOf(headers, 'x-original');
    const start = `error.${origin.originalTopic}.`;
    return {
      ...origin,
      ...errorOf(headers, 'x-exception'),
      // The group stands in the topic's name alone.
      groupId: topic.startsWith(start) ? topic.slice(start.length) : undefined,
      traceId: traceOfRecord(headers),
    };
  },
};

/** The first value is the true origin: a record that fails again, in its dead-letter topic, gets a second. */
function originOf(headers: DeadLetterHeaderBag, prefix: string): DeadLetterFields {
  return {
    originalTopic: textOf(headers.first(`${prefix}-topic`)),
    originalPartition: numberOf(headers.first(`${prefix}-partition`), 4),
    originalOffset: integerOf(headers.first(`${prefix}-offset`), 8)?.toString(),
    originalTimestamp: numberOf(headers.first(`${prefix}-timestamp`), 8),
  };
}

function errorOf(headers: DeadLetterHeaderBag, prefix: string): DeadLetterFields {
  const errorClass = textOf(headers.last(`${prefix}-fqcn`));
  const errorMessage = textOf(headers.last(`${prefix}-message`));
  if (errorClass !== undefined && !isWrapper.test(errorClass)) return { errorClass, errorMessage };
  const named = textOf(headers.last(`${prefix}-cause-fqcn`));
  const cause = innermostCause(textOf(headers.last(`${prefix}-stacktrace`)));
  if (cause !== undefined && (named === undefined || isWrapper.test(named) || named === cause.errorClass))
    return { errorClass: cause.errorClass, errorMessage: cause.errorMessage ?? errorMessage };
  return { errorClass: named ?? errorClass, errorMessage };
}
