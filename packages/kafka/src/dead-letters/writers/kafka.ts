import { decimalOf, type DeadLetterHeaderBag, textOf, traceOfRecord } from '../headers/dead-letter-headers.ts';
import type { DeadLetterFields, DeadLetterFormat } from './writer.ts';

/** A sink connector of Kafka Connect. */
export const kafkaConnect: DeadLetterFormat = {
  name: 'Kafka Connect',
  wrote: (headers) => headers.has('__connect.errors.topic'),
  read(headers, { timestamp }) {
    const connector = textOf(headers.last('__connect.errors.connector.name'));
    return {
      ...originOf(headers, '__connect.errors.'),
      // The dead-letter record keeps the timestamp of the record that failed.
      originalTimestamp: timestamp,
      // What Connect calls the group of a sink, unless the connector says otherwise.
      groupId: connector === undefined ? undefined : `connect-${connector}`,
      errorClass: textOf(headers.last('__connect.errors.exception.class.name')),
      errorMessage: textOf(headers.last('__connect.errors.exception.message')),
      traceId: traceOfRecord(headers),
    };
  },
};

/** Kafka Streams, since 4.2 (KIP-1034). */
export const kafkaStreams: DeadLetterFormat = {
  name: 'Kafka Streams',
  wrote: (headers) => headers.hasPrefix('__streams.errors.'),
  read: (headers) => ({
    ...originOf(headers, '__streams.errors.'),
    errorClass: textOf(headers.last('__streams.errors.exception')),
    errorMessage: textOf(headers.last('__streams.errors.message')),
    traceId: traceOfRecord(headers),
  }),
};

/** A broker, for a share group (KIP-1191). None of the record's headers, so no trace. */
export const shareGroup: DeadLetterFormat = {
  name: 'share group',
  wrote: (headers) => headers.hasPrefix('__dlq.errors.'),
  read: (headers) => ({
    ...originOf(headers, '__dlq.errors.'),
    groupId: textOf(headers.last('__dlq.errors.group')),
    attempts: decimalOf(headers.last('__dlq.errors.delivery.count')),
    errorMessage: textOf(headers.last('__dlq.errors.message')),
  }),
};

/** A punctuator of Kafka Streams has no record, and says partition -1. */
function originOf(headers: DeadLetterHeaderBag, prefix: string): DeadLetterFields {
  const offset = decimalOf(headers.first(`${prefix}offset`));
  return {
    originalTopic: textOf(headers.first(`${prefix}topic`)),
    originalPartition: decimalOf(headers.first(`${prefix}partition`)),
    originalOffset: offset?.toString(),
  };
}
