import { VALUE_OMITTED_HEADER } from '../sender/record-headers.ts';
import { lastHeaderText } from '../client/received-record.ts';
import type { DeadLetterRecord } from './dead-letter-record.ts';

/** How Kafka itself names the place of the failed record: in share groups (KIP-1191), and in Kafka Streams (KIP-1034). */
const shareGroup = '__dlq.errors.';
const streams = '__streams.errors.';

/**
 * Why a record has no value although the one that failed had, or may have had: sent on as it is, it would delete its key in every
 * compacted topic and table. `undefined` for one with a value, and for a true tombstone.
 */
export function missingPayload(record: DeadLetterRecord): string | undefined {
  const { value, headers, originalTopic, originalPartition, originalOffset } = record;
  if (value !== null && value.length > 0) return undefined;
  const names = Object.keys(headers);
  if (names.some((name) => name.toLowerCase() === VALUE_OMITTED_HEADER))
    return payloadAt(originalTopic, originalPartition?.toString(), originalOffset);
  if (value !== null) return undefined;
  const of = (name: string): string | undefined => lastHeaderText(headers, name);
  // A share group copies key and value only where it is told to, and where they fit.
  if (names.some((name) => name.startsWith(shareGroup)))
    return payloadAt(of(`${shareGroup}topic`), of(`${shareGroup}partition`), of(`${shareGroup}offset`));
  // A punctuator's failure has no record at all.
  if (names.some((name) => name.startsWith(streams)) && of(`${streams}topic`) === undefined)
    return payloadAt(undefined, undefined, undefined);
  return undefined;
}

function payloadAt(topic: string | undefined, partition: string | undefined, offset: string | undefined): string {
  const place = [topic, partition, offset].every((part) => part !== undefined) ? `: it stood at ${topic}/${partition}/${offset}` : '';
  return `payload not in the record${place}`;
}
