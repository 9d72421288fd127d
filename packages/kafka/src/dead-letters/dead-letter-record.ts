import type { FetchedRecord, HeaderValues } from '../client/port/message.ts';
import { lastHeaderText, storedHeaders } from '../client/record.ts';
import { DeliveryHeader } from '../subscribe/headers/delivery-headers.ts';
import { DeadLetterHeaderBag, originTrace } from './headers/dead-letter-headers.ts';
import type { DeadLetterWriter } from './writers/writer.ts';
import { tracelink } from './writers/tracelink.ts';
import { writers } from './writers/writers.ts';

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
  readonly headers: HeaderValues;
  /** What wrote it; `undefined`: no headers of a failure that are known. */
  readonly writer: DeadLetterWriter | undefined;
  /** The topic that the message came from. */
  readonly originalTopic: string | undefined;
  readonly originalPartition: number | undefined;
  /** Decimal. */
  readonly originalOffset: string | undefined;
  /** The message's timestamp, milliseconds since the epoch. */
  readonly originalTimestamp: number | undefined;
  /** The consumer group that sent it to the dead-letter topic. */
  readonly groupId: string | undefined;
  /** How many attempts the message had. */
  readonly attempts: number | undefined;
  /** When the first attempt failed, milliseconds since the epoch. */
  readonly firstFailure: number | undefined;
  /** The class of the error, not of what a framework wrapped around it. */
  readonly errorClass: string | undefined;
  readonly errorMessage: string | undefined;
  /** The trace of the attempt that failed; of another writer's record that of the message. */
  readonly traceId: string | undefined;
  /** The trace in which the message was first sent, by what tracelink wrote. Another one where consumers link instead of continuing. */
  readonly originTraceId: string | undefined;
  /** How often it was replayed before. */
  readonly replays: number;
}

/** Reads a dead-letter record's headers. Never throws: other programs may write into the topic, too. @param topic the dead-letter topic */
export function readDeadLetterRecord(topic: string, partition: number, message: FetchedRecord): DeadLetterRecord {
  const { offset, key, value } = message;
  const timestamp = Number(message.timestamp);
  const headers = storedHeaders(message.headers ?? {});
  const failed = new DeadLetterHeaderBag(headers);
  const writer = writers.find(({ wrote }) => wrote(failed));
  const fields = (writer ?? tracelink).read(failed, { topic, timestamp });
  const replays = lastHeaderText(headers, DeliveryHeader.REPLAYS);
  return {
    partition,
    offset,
    timestamp,
    key,
    value,
    headers,
    writer: writer?.name,
    originalTopic: undefined,
    originalPartition: undefined,
    originalOffset: undefined,
    originalTimestamp: undefined,
    groupId: undefined,
    attempts: undefined,
    firstFailure: undefined,
    errorClass: undefined,
    errorMessage: undefined,
    traceId: undefined,
    ...fields,
    originTraceId: originTrace(failed),
    replays: replays !== undefined && /^\d{1,15}$/.test(replays) ? Number(replays) : 0,
  };
}
