import { lastHeaderText, storedHeaders } from '../client/record.ts';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { DeliveryHeader } from '../subscribe/headers/delivery-headers.ts';

/** A record of a dead-letter topic, and what its headers say. A field is `undefined` where its header is missing or cannot be read. */
export interface DeadLetterRecord {
  /** Its partition in the dead-letter topic. */
  readonly partition: number;
  /** Its offset in the dead-letter topic, decimal. */
  readonly offset: string;
  /** Its timestamp in the dead-letter topic, milliseconds since the epoch. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Unchanged. A header without a value, which clients in other languages may write, is `null`, although its type does not say so. */
  readonly headers: IHeaders;
  /** The topic that the message came from. */
  readonly originalTopic: string | undefined;
  readonly originalPartition: number | undefined;
  /** Decimal. */
  readonly originalOffset: string | undefined;
  /** The consumer group that sent it to the dead-letter topic. */
  readonly groupId: string | undefined;
  /** How many attempts the message had. */
  readonly attempts: number | undefined;
  /** When the first attempt failed, milliseconds since the epoch. */
  readonly firstFailure: number | undefined;
  readonly errorClass: string | undefined;
  readonly errorMessage: string | undefined;
  /** The trace of the attempt that failed. */
  readonly traceId: string | undefined;
  /** How often it was replayed before. */
  readonly replays: number;
}

/** Reads a dead-letter record's headers. Never throws: other programs may write into the topic, too. */
export function readDeadLetterRecord(
  partition: number,
  { offset, timestamp, key, value, headers: read = {} }: KafkaMessage,
): DeadLetterRecord {
  const headers = storedHeaders(read);
  const text = (name: string): string | undefined => lastHeaderText(headers, name);
  const count = (name: string): number | undefined => {
    const digits = text(name);
    return digits !== undefined && /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
  };
  return {
    partition,
    offset,
    timestamp: Number(timestamp),
    key,
    value,
    headers,
    originalTopic: text(DeliveryHeader.ORIGINAL_TOPIC),
    originalPartition: count(DeliveryHeader.ORIGINAL_PARTITION),
    originalOffset: text(DeliveryHeader.ORIGINAL_OFFSET),
    groupId: text(DeliveryHeader.GROUP),
    attempts: count(DeliveryHeader.ATTEMPTS),
    firstFailure: count(DeliveryHeader.FIRST_FAILURE),
    errorClass: text(DeliveryHeader.ERROR_CLASS),
    errorMessage: text(DeliveryHeader.ERROR_MESSAGE),
    traceId: /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(text(DeliveryHeader.FAILED_ATTEMPT) ?? '')?.[1],
    replays: count(DeliveryHeader.REPLAYS) ?? 0,
  };
}
