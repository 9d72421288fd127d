import type { SpanContext } from '@opentelemetry/api';
import { traceparentOf } from '@tracelink/context/internal';
import { kafkaPropagation } from '@tracelink/propagation';
import type { HeaderValues } from '../../client/port/message.ts';
import { errorMessage, errorType } from '../../core/error-type.ts';
import { isReplayedElsewhere, REPLAY_GROUP_HEADER } from '../../sender/record-headers.ts';

/**
 * The names of the headers in which a dead-letter or retry record describes its failure. All values are text, and replace any header of the
 * same name. The trace origin is the header `tracelink-origin` of `@tracelink/propagation`.
 */
export const DeliveryHeader = {
  ORIGINAL_TOPIC: 'tracelink-original-topic',
  ORIGINAL_PARTITION: 'tracelink-original-partition',
  ORIGINAL_OFFSET: 'tracelink-original-offset',
  /** Milliseconds since the epoch. */
  ORIGINAL_TIMESTAMP: 'tracelink-original-timestamp',
  /** The consumer group whose handler failed. */
  GROUP: 'tracelink-consumer-group',
  /** When the first attempt started, milliseconds since the epoch; in retry topics only. */
  FIRST_SEEN: 'tracelink-first-seen',
  /** The earliest time of the retry, milliseconds since the epoch; in retry topics only. */
  RETRY_DUE: 'tracelink-retry-due',
  /** How many retries were scheduled, from 1; in retry topics only. */
  RETRIES: 'tracelink-retries',
  /** How many attempts the record had, from 1. */
  ATTEMPTS: 'tracelink-attempts',
  /** When the first attempt failed, milliseconds since the epoch. */
  FIRST_FAILURE: 'tracelink-first-failure',
  /** At most 1 KiB. */
  ERROR_CLASS: 'tracelink-error-class',
  /** At most 1 KiB. */
  ERROR_MESSAGE: 'tracelink-error-message',
  /** At most 8 KiB; not in retry topics. */
  ERROR_STACK: 'tracelink-error-stack',
  /** The span of the last attempt, in the form of a `traceparent`. */
  FAILED_ATTEMPT: 'tracelink-failed-attempt',
  /** How often the record was replayed from a dead-letter topic; later dead-letter records keep it. */
  REPLAYS: 'tracelink-replays',
} as const;

/** The description of a failed message. */
export interface WrittenFailure {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: number;
  readonly groupId: string;
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly firstFailure: number;
  readonly error: unknown;
  readonly attempt: SpanContext | undefined;
}

/** The times of a scheduled retry. */
export interface RetryTimes {
  /** Milliseconds since the epoch. */
  readonly firstSeen: number;
  /** Milliseconds since the epoch. */
  readonly due: number;
  /** The number of scheduled retries, this one included. */
  readonly retries: number;
}

export const messageLimit = 1_024;
export const stackLimit = 8_192;

/** The headers of a dead-letter record: those of `original`, and those of `DeliveryHeader`. */
export function failureHeaders(original: HeaderValues, failure: WrittenFailure): HeaderValues {
  const { error } = failure;
  const written: Record<string, string | Buffer | (string | Buffer)[]> = {
    [DeliveryHeader.ORIGINAL_TOPIC]: failure.topic,
    [DeliveryHeader.ORIGINAL_PARTITION]: String(failure.partition),
    [DeliveryHeader.ORIGINAL_OFFSET]: failure.offset,
    [DeliveryHeader.ORIGINAL_TIMESTAMP]: String(failure.timestamp),
    [DeliveryHeader.GROUP]: failure.groupId,
    [DeliveryHeader.ATTEMPTS]: String(failure.attempts),
    [DeliveryHeader.FIRST_FAILURE]: String(failure.firstFailure),
    [DeliveryHeader.ERROR_CLASS]: capped(errorType(error), messageLimit),
    [DeliveryHeader.ERROR_MESSAGE]: capped(errorMessage(error), messageLimit),
  };
  const stack = stackOf(error);
  if (stack !== undefined) written[DeliveryHeader.ERROR_STACK] = capped(stack, stackLimit);
  // Without an SDK there is no attempt to name; an earlier failed attempt, elsewhere, is still named.
  const before = original[DeliveryHeader.FAILED_ATTEMPT];
  const attempt = traceparentOf(failure.attempt);
  if (attempt !== undefined) written[DeliveryHeader.FAILED_ATTEMPT] = attempt;
  else if (before !== undefined) written[DeliveryHeader.FAILED_ATTEMPT] = before;
  const kept = withoutFailure(original);
  // The replays of a record that a handler forwarded are not this one's, and would use up those that it may have.
  if (isReplayedElsewhere(original, failure.topic)) delete kept[DeliveryHeader.REPLAYS];
  return { ...kept, ...written };
}

/** The headers of a retry record: those of a dead-letter record without the stack, and the time when it is due. */
export function retryHeaders(original: HeaderValues, failure: WrittenFailure, { firstSeen, due, retries }: RetryTimes): HeaderValues {
  const { [DeliveryHeader.ERROR_STACK]: _stack, ...written } = failureHeaders(original, failure);
  return {
    ...written,
    [DeliveryHeader.FIRST_SEEN]: String(firstSeen),
    [DeliveryHeader.RETRY_DUE]: String(Math.ceil(due)),
    [DeliveryHeader.RETRIES]: String(retries),
  };
}

/** The same headers without the description of a failure; the number of replays stays. */
export function withoutFailure(headers: HeaderValues): HeaderValues {
  const ours = new Set<string>(Object.values(DeliveryHeader).filter((name) => name !== DeliveryHeader.REPLAYS));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ours.has(name.toLowerCase())));
}

/** The record's own headers that are kept when there is no room for all: those that lead to its trace, if they have a usual size. */
export function keptFromOriginal(headers: HeaderValues): HeaderValues {
  const kept = new Set<string>([
    'traceparent',
    'tracestate',
    'b3',
    'tracelink-origin',
    'tracelink-trace',
    DeliveryHeader.REPLAYS,
    REPLAY_GROUP_HEADER,
  ]);
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => kept.has(name.toLowerCase()) && String(value).length <= messageLimit),
  );
}

const w3c = kafkaPropagation({ inject: ['w3c'], extract: ['w3c'] });

/** The span of the failed attempt before the message was replayed or delayed. Never throws. */
export function failedAttempt(headers: HeaderValues): SpanContext | undefined {
  const traceparentValue = headers[DeliveryHeader.FAILED_ATTEMPT];
  return traceparentValue === undefined ? undefined : w3c.creationContext({ traceparent: traceparentValue });
}

export function stackOf(error: unknown): string | undefined {
  try {
    return error instanceof Error && typeof error.stack === 'string' ? error.stack : undefined;
  } catch {
    return undefined;
  }
}

/** At most `bytes` of UTF-8, cut between characters. */
export function capped(value: string, bytes: number): string {
  if (value.length * 3 <= bytes) return value;
  const target = new Uint8Array(bytes);
  const { written } = new TextEncoder().encodeInto(value, target);
  return new TextDecoder().decode(target.subarray(0, written));
}
