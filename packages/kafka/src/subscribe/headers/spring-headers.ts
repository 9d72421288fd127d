import type { HeaderValues } from '../../client/port/message.ts';
import { errorMessage, errorType } from '../../core/error-type.ts';
import { capped, DeliveryHeader, messageLimit, stackLimit, stackOf, type WrittenFailure } from './delivery-headers.ts';

/**
 * The headers that Spring for Apache Kafka writes into a dead-letter record, and that tools know to read: text in UTF-8, numbers as
 * big-endian integers of 4 and 8 bytes. Source: Spring for Apache Kafka's reference, "Publishing Dead-letter Records".
 */
export const SpringHeader = {
  ORIGINAL_TOPIC: 'kafka_dlt-original-topic',
  ORIGINAL_PARTITION: 'kafka_dlt-original-partition',
  ORIGINAL_OFFSET: 'kafka_dlt-original-offset',
  ORIGINAL_TIMESTAMP: 'kafka_dlt-original-timestamp',
  ORIGINAL_TIMESTAMP_TYPE: 'kafka_dlt-original-timestamp-type',
  ORIGINAL_CONSUMER_GROUP: 'kafka_dlt-original-consumer-group',
  EXCEPTION_FQCN: 'kafka_dlt-exception-fqcn',
  EXCEPTION_MESSAGE: 'kafka_dlt-exception-message',
  EXCEPTION_STACKTRACE: 'kafka_dlt-exception-stacktrace',
} as const;

/** The headers, ours and Spring's, with text of the handler's error, which may be personal data. */
export const errorTextHeaders: readonly string[] = [
  DeliveryHeader.ERROR_MESSAGE,
  DeliveryHeader.ERROR_STACK,
  SpringHeader.EXCEPTION_MESSAGE,
  SpringHeader.EXCEPTION_STACKTRACE,
];

/** The description of a failed message for Spring's headers. */
export function springHeaders({ topic, partition, offset, timestamp, groupId, error }: WrittenFailure): HeaderValues {
  const stack = stackOf(error);
  return {
    [SpringHeader.ORIGINAL_TOPIC]: topic,
    [SpringHeader.ORIGINAL_PARTITION]: int32(partition),
    [SpringHeader.ORIGINAL_OFFSET]: int64(BigInt(offset)),
    [SpringHeader.ORIGINAL_TIMESTAMP]: int64(BigInt(timestamp)),
    // Consumers of kafkajs cannot distinguish it from LogAppendTime.
    [SpringHeader.ORIGINAL_TIMESTAMP_TYPE]: 'CreateTime',
    [SpringHeader.ORIGINAL_CONSUMER_GROUP]: groupId,
    [SpringHeader.EXCEPTION_FQCN]: capped(errorType(error), messageLimit),
    [SpringHeader.EXCEPTION_MESSAGE]: capped(errorMessage(error), messageLimit),
    ...(stack !== undefined && { [SpringHeader.EXCEPTION_STACKTRACE]: capped(stack, stackLimit) }),
  };
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}
