import { lastHeaderText, type TopicPartitionOffset } from '../client/record.ts';
import { VALUE_OMITTED_HEADER } from '../sender/record-headers.ts';
import type { DeadLetterRecord } from './dead-letter-record.ts';

/** That a record does not have the payload of the failed one. */
export interface MissingPayload {
  /** Where it stood; `undefined` where the record does not say so. */
  readonly place: TopicPartitionOffset | undefined;
}

/** The headers in which Kafka itself names the failed record: in share groups (KIP-1191), and in Kafka Streams (KIP-1034). */
const shareGroup = '__dlq.errors.';
const streams = '__streams.errors.';

/**
 * Whether a record has no value although the failed one had, or may have had: sent on without it, the record would delete its key in every
 * compacted topic and table. `undefined` for a record with a value, and for a true tombstone.
 */
export function missingPayload(record: DeadLetterRecord): MissingPayload | undefined {
  const { value, headers, originalTopic, originalPartition, originalOffset } = record;
  if (value !== null && value.length > 0) return undefined;
  const names = Object.keys(headers);
  if (names.some((name) => name.toLowerCase() === VALUE_OMITTED_HEADER))
    return { place: placeOf(originalTopic, originalPartition?.toString(), originalOffset) };
  if (value !== null) return undefined;
  const of = (name: string): string | undefined => lastHeaderText(headers, name);
  // A share group copies key and value only when it is configured to, and when they fit.
  if (names.some((name) => name.startsWith(shareGroup)))
    return { place: placeOf(of(`${shareGroup}topic`), of(`${shareGroup}partition`), of(`${shareGroup}offset`)) };
  // A punctuator's failure has no record at all.
  if (names.some((name) => name.startsWith(streams)) && of(`${streams}topic`) === undefined) return { place: undefined };
  return undefined;
}

/** Headers may say anything. */
function placeOf(topic: string | undefined, partition: string | undefined, offset: string | undefined): TopicPartitionOffset | undefined {
  if (topic === undefined || topic === '' || !isNumber(partition, 10) || !isNumber(offset, 19)) return undefined;
  return { topic, partition: Number(partition), offset };
}

function isNumber(text: string | undefined, digits: number): text is string {
  return text !== undefined && text.length <= digits && /^\d+$/.test(text);
}
