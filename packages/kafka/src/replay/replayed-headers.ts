import type { HeaderValues } from '../client/port/message.ts';
import { REPLAY_GROUP_HEADER, VALUE_OMITTED_HEADER } from '../sender/record-headers.ts';
import { DeliveryHeader, withoutFailure } from '../subscribe/headers/delivery-headers.ts';
import type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';

/**
 * Headers that frameworks write on a failed record, by their prefix, and would apply to the new one: with `retry_topic-attempts`
 * Spring gives a replayed record one attempt.
 */
const frameworkPrefixes = [
  // Spring for Apache Kafka: DeadLetterPublishingRecoverer, @RetryableTopic
  'kafka_dlt-',
  'kafka_original-',
  'kafka_exception-',
  'retry_topic-',
  // Spring Cloud Stream
  'x-exception-',
  // SmallRye
  'dead-letter-',
  'delayed-retry-',
  'deserialization-failure-',
  // Kafka Connect, Kafka Streams, share groups
  '__connect.errors.',
  '__streams.errors.',
  '__dlq.errors.',
];

/** Whole names, when others share the prefix. */
const frameworkNames: ReadonlySet<string> = new Set([
  // Spring Cloud Stream
  'x-original-topic',
  'x-original-partition',
  'x-original-offset',
  'x-original-timestamp',
  'x-original-timestamp-type',
  // Watermill
  'topic_poisoned',
  'reason_poisoned',
  'handler_poisoned',
  'subscriber_poisoned',
  // Ours, which a replayed record must not have, or gets again
  VALUE_OMITTED_HEADER,
  REPLAY_GROUP_HEADER,
]);

/**
 * The headers of a replayed record: those of the dead-letter record without the description of the failure, but for the failed attempt,
 * to which the next one links.
 *
 * @param replayGroup the value of the header that says which group it is for, in which topic
 */
export function replayedHeaders({ headers, replays }: DeadLetterRecord, replayGroup: string): HeaderValues {
  const kept = Object.entries(withoutFailure(headers)).filter(([name]) => !isFrameworks(name.toLowerCase()));
  const failed = headers[DeliveryHeader.FAILED_ATTEMPT];
  return {
    ...Object.fromEntries(kept),
    ...(failed !== undefined && { [DeliveryHeader.FAILED_ATTEMPT]: failed }),
    [DeliveryHeader.REPLAYS]: String(replays + 1),
    [REPLAY_GROUP_HEADER]: replayGroup,
  };
}

function isFrameworks(name: string): boolean {
  return frameworkNames.has(name) || frameworkPrefixes.some((prefix) => name.startsWith(prefix));
}
