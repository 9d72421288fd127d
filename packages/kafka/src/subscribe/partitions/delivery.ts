import type { SpanContext } from '@opentelemetry/api';
import type { FetchedRecord, HeaderValues } from '../../client/port/message.ts';
import { lastHeaderText, type TopicPartitionOffset } from '../../client/record.ts';
import { DeliveryHeader } from '../headers/delivery-headers.ts';
import type { OffsetTracker } from './offset-tracker.ts';

/** A write on behalf of a failed record, which no broker has acknowledged yet. */
export interface UnwrittenRecord {
  /** Whether it goes to the dead-letter topic or to a retry topic. */
  readonly target: { readonly kind: 'dead-letter' } | { readonly kind: 'retry-topic'; readonly delay: string; readonly due: number };
  /** The error of the handler. */
  readonly error: unknown;
}

/** The origin of a retry topic. */
export interface RetrySource {
  /** The topic whose records wait in it. */
  readonly topic: string;
  /** The longest delay of its records, in milliseconds. */
  readonly delay: number;
}

/** What a delivery knows about its record's log. */
interface DeliveredFrom {
  readonly topic: string;
  readonly partition: number;
  readonly source: RetrySource | undefined;
  readonly incarnation: number;
  settle(delivery: Delivery, tracker: OffsetTracker | undefined): void;
}

/**
 * One record on its way through a subscription, from the fetch until it is settled. A record that is not settled outlives its
 * batch: its state is kept with the log that it belongs to.
 */
export class Delivery implements TopicPartitionOffset {
  readonly log: DeliveredFrom;
  /** The log's state when the record was read from it. */
  readonly incarnation: number;
  /** The message as the last fetch returned it. */
  message: FetchedRecord;
  /** Its index in the current batch. */
  index: number;
  /** The record's original topic, partition and offset: others than where it is read, when it was retried through a topic. */
  readonly original: TopicPartitionOffset;
  /** The record's original timestamp; milliseconds since the epoch. */
  readonly timestamp: number;
  /** Started attempts. */
  attempts = 0;
  /** Milliseconds since the epoch. */
  readonly firstSeen: number;
  firstFailure: number | undefined;
  /** The span of the last attempt. */
  previous: SpanContext | undefined;
  /** The number of scheduled retries. */
  retries = 0;
  /** The earliest time of the next attempt; milliseconds since the epoch. */
  due: number | undefined;
  /** When it was delayed last, until its next attempt starts; milliseconds since the epoch. */
  delayedAt: number | undefined;
  /** Repeated until a broker acknowledges it; the handler does not run again meanwhile. */
  unwritten: UnwrittenRecord | undefined;
  /** Whether there is something to continue with when the record is delivered again: such a write, or a handler that still runs. */
  isLeftOver = false;

  constructor(log: DeliveredFrom, message: FetchedRecord, index: number) {
    this.log = log;
    this.incarnation = log.incarnation;
    this.message = message;
    this.index = index;
    const { source, partition } = log;
    const now = Date.now();
    this.firstSeen = now;
    this.timestamp = Number(message.timestamp);
    this.original = this;
    if (source === undefined) return;
    const headers = message.headers ?? {};
    const past = (name: string): number | undefined => wholeNumber(headers, name, now);
    const from = wholeNumber(headers, DeliveryHeader.ORIGINAL_PARTITION, 2 ** 31 - 1);
    const at = wholeNumber(headers, DeliveryHeader.ORIGINAL_OFFSET, Number.MAX_SAFE_INTEGER);
    this.original =
      from !== undefined && at !== undefined
        ? { topic: source.topic, partition: from, offset: String(at) }
        : { topic: source.topic, partition, offset: message.offset };
    // Headers count within bounds; missing ones have the values of a new record.
    this.delayedAt = this.timestamp;
    this.timestamp = wholeNumber(headers, DeliveryHeader.ORIGINAL_TIMESTAMP, Number.MAX_SAFE_INTEGER) ?? this.timestamp;
    this.attempts = wholeNumber(headers, DeliveryHeader.ATTEMPTS, mostAttempts) ?? 1;
    this.firstSeen = past(DeliveryHeader.FIRST_SEEN) ?? now;
    this.firstFailure = past(DeliveryHeader.FIRST_FAILURE);
    this.retries = Math.max(1, wholeNumber(headers, DeliveryHeader.RETRIES, mostAttempts) ?? 1);
    // The writer's clock may be ahead: no record waits for longer than the delay of its topic.
    this.due = Math.min(wholeNumber(headers, DeliveryHeader.RETRY_DUE, Number.MAX_SAFE_INTEGER) ?? now, now + source.delay);
  }

  /** Whether the handler of an earlier batch still runs, or has ended since without having handled the record. */
  get hasRunningHandler(): boolean {
    return this.isLeftOver && this.unwritten === undefined;
  }

  get topic(): string {
    return this.log.topic;
  }

  get partition(): number {
    return this.log.partition;
  }

  get offset(): string {
    return this.message.offset;
  }

  /** Its topic, partition and offset alone, for events and reports that outlive the record. */
  get place(): TopicPartitionOffset {
    return { topic: this.topic, partition: this.partition, offset: this.offset };
  }
}

// More attempts or retries than anyone makes: a higher number was not written by us.
const mostAttempts = 1_000_000;

/** A header of decimal digits, up to `most`. */
function wholeNumber(headers: HeaderValues, name: string, most: number): number | undefined {
  const digits = lastHeaderText(headers, name);
  if (digits === undefined || !/^\d{1,16}$/.test(digits)) return undefined;
  const number = Number(digits);
  return number <= most ? number : undefined;
}
