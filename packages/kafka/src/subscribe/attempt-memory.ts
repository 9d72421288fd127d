import type { SpanContext } from '@opentelemetry/api';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { DeliveryHeader } from './delivery-headers.ts';
import type { RetrySource } from './retry-topics.ts';
import type { MessagePlace } from './subscription-events.ts';

/** What is remembered of a message between its attempts. */
export interface AttemptMemory {
  /** Where the message was first: another place than where it is read, when it is tried later. */
  readonly original: MessagePlace;
  /** Of the message when it was first; milliseconds since the epoch. */
  readonly timestamp: number;
  /** Attempts that have begun. */
  attempts: number;
  /** Milliseconds since the epoch. */
  readonly firstSeen: number;
  firstFailure: number | undefined;
  /** The span of the last attempt. */
  previous: SpanContext | undefined;
  /** How often it was put off. */
  retries: number;
  /** No attempt before; milliseconds since the epoch. */
  due: number | undefined;
  /** When it was put off last, until its next attempt begins; milliseconds since the epoch. */
  putOffAt: number | undefined;
}

// More attempts or retries than anyone makes: what says more was not written by us.
const mostAttempts = 1_000_000;

/**
 * The memory of a message that this member sees for the first time. Of one in a retry topic the headers tell what happened
 * before; what they say is believed within bounds, and what they do not say is as of a new message.
 *
 * @param source of a retry topic
 */
export function attemptMemory(place: MessagePlace, message: KafkaMessage, source: RetrySource | undefined): AttemptMemory {
  const now = Date.now();
  const timestamp = Number(message.timestamp);
  if (source === undefined) return newMemory(place, timestamp, now);
  const headers = message.headers ?? {};
  const past = (name: string): number | undefined => wholeNumber(headers, name, now);
  const partition = wholeNumber(headers, DeliveryHeader.ORIGINAL_PARTITION, 2 ** 31 - 1);
  const offset = wholeNumber(headers, DeliveryHeader.ORIGINAL_OFFSET, Number.MAX_SAFE_INTEGER);
  const isKnown = partition !== undefined && offset !== undefined;
  return {
    ...newMemory(place, timestamp, now),
    original: isKnown ? { topic: source.topic, partition, offset: String(offset) } : { ...place, topic: source.topic },
    timestamp: wholeNumber(headers, DeliveryHeader.ORIGINAL_TIMESTAMP, Number.MAX_SAFE_INTEGER) ?? timestamp,
    attempts: wholeNumber(headers, DeliveryHeader.ATTEMPTS, mostAttempts) ?? 1,
    firstSeen: past(DeliveryHeader.FIRST_SEEN) ?? now,
    firstFailure: past(DeliveryHeader.FIRST_FAILURE),
    retries: Math.max(1, wholeNumber(headers, DeliveryHeader.RETRIES, mostAttempts) ?? 1),
    // The writer's clock may be ahead: nobody waits for longer than the topic is for.
    due: Math.min(wholeNumber(headers, DeliveryHeader.RETRY_DUE, Number.MAX_SAFE_INTEGER) ?? now, now + source.delay),
    putOffAt: timestamp,
  };
}

function newMemory(original: MessagePlace, timestamp: number, firstSeen: number): AttemptMemory {
  return {
    original,
    timestamp,
    attempts: 0,
    firstSeen,
    firstFailure: undefined,
    previous: undefined,
    retries: 0,
    due: undefined,
    putOffAt: undefined,
  };
}

/** A header of decimal digits, up to `most`. The last one counts when it is repeated, as everywhere in Kafka. */
function wholeNumber(headers: IHeaders, name: string, most: number): number | undefined {
  const value = headers[name];
  const digits = String(Array.isArray(value) ? value.at(-1) : value);
  if (!/^\d{1,16}$/.test(digits)) return undefined;
  const number = Number(digits);
  return number <= most ? number : undefined;
}
