import { trace, type Attributes, type SpanContext } from '@opentelemetry/api';
import { channels } from '../../channels/channels.ts';
import type { ConsumerTracing } from '../../consumer/consumer-telemetry.ts';
import { errorType } from '../../core/error-type.ts';
import { isTooLarge } from '../../client/port/kafka-error.ts';
import type { DeadLetters, RetryTopics } from '../dead-letter/failure-destinations.ts';
import type { ConsumedRecord } from '../dead-letter/delivery-topic-sender.ts';
import type { WrittenFailure } from '../headers/delivery-headers.ts';
import { DeliveryRecorder } from '../metrics/delivery-recorder.ts';
import type { Delivery, UnwrittenRecord } from '../partitions/delivery.ts';
import type { BlockReason } from '../partitions/partition-controller.ts';
import type { EventHub } from './delivery-events.ts';
import type { Disposition } from './failure-policy.ts';

/** How a record was settled, for now. The names are values of `tracelink.delivery.outcome`. */
export type Settlement =
  /** The record is completed. */
  | { readonly kind: 'handled' | 'dead_lettered' | 'skipped' | 'retry_later' }
  /** It is delivered again: the batch ended before it did. */
  | { readonly kind: 'interrupted' }
  /** It stays in place until the circuit closes. */
  | { readonly kind: 'circuit_open' }
  /** It stays in place, and its partition waits for it. */
  | { readonly kind: 'delayed'; readonly until: number }
  | { readonly kind: 'blocked'; readonly reason: BlockReason; readonly error: unknown };

export const handled: Settlement = { kind: 'handled' };
export const interrupted: Settlement = { kind: 'interrupted' };
export const circuitOpen: Settlement = { kind: 'circuit_open' };

/** The destinations of records that fail finally, or wait for another attempt. */
export interface FailureDestinations {
  readonly deadLetters: DeadLetters | undefined;
  readonly retryTopics: RetryTopics | undefined;
}

/** The dependencies of a disposition. */
export interface Applying {
  readonly groupId: string;
  readonly destinations: FailureDestinations;
  readonly events: EventHub;
  /** What counts dead-letter records. */
  readonly tracing: ConsumerTracing;
}

/**
 * Applies the disposition of a failed record: writes it to its destination, calls listeners, adds the event to the span of the
 * attempt, which is active. Nothing else writes records on behalf of the handler. Never rejects.
 *
 * @returns how the record is settled; `retry` is left to the caller, who has the record
 */
export async function applyDisposition(
  applying: Applying,
  delivery: Delivery,
  error: unknown,
  disposition: Exclude<Disposition, { readonly kind: 'retry' }>,
): Promise<Settlement> {
  switch (disposition.kind) {
    case 'skip':
      addEvent('skip');
      return { kind: 'skipped' };
    case 'circuit-open':
      delivery.delayedAt = Date.now();
      addEvent('circuit_open');
      return circuitOpen;
    case 'block':
      return blocked(delivery, disposition.reason, error);
    case 'delay':
      delivery.retries++;
      delivery.due = disposition.until;
      delivery.delayedAt = Date.now();
      addEvent('retry_later', { 'tracelink.delivery.retry_delay': (disposition.until - Date.now()) / 1_000 });
      return { kind: 'delayed', until: disposition.until };
    case 'retry-topic':
    case 'dead-letter':
      return writeRecord(applying, delivery, { target: disposition, error });
  }
}

/**
 * Writes a record to its dead-letter or retry topic. A write that no broker acknowledges stays with the delivery, and is repeated when
 * the record is delivered again, without another run of its handler. Never rejects.
 */
export async function writeRecord(applying: Applying, delivery: Delivery, unwritten: UnwrittenRecord): Promise<Settlement> {
  const { target } = unwritten;
  if (target.kind === 'dead-letter') return writeDeadLetter(applying, delivery, unwritten);
  const { retryTopics } = applying.destinations;
  const { delay, due } = target;
  try {
    const times = { firstSeen: delivery.firstSeen, due, retries: delivery.retries + 1 };
    const retryTopic = (await retryTopics?.write(recordOf(delivery), failureOf(applying, delivery, unwritten), delay, times)) as string;
    addEvent('retry_later', { 'messaging.destination.name': retryTopic, 'tracelink.delivery.retry_delay': (due - Date.now()) / 1_000 });
    const { attempts, place } = delivery;
    applying.events.emit('retry-later', { ...place, retryTopic, due, attempts, error: unwritten.error });
    return { kind: 'retry_later' };
  } catch (error) {
    addEvent('retry_later_failed', { 'error.type': errorType(error) });
    if (!isTooLarge(error)) return unacknowledged(delivery, unwritten, 'retry_topic_unwritable', error);
    // A retry does not make it smaller: its partition would be blocked for ever.
    if (applying.destinations.deadLetters === undefined) return blocked(delivery, 'no_dead_letters', unwritten.error);
    return writeDeadLetter(applying, delivery, { ...unwritten, target: { kind: 'dead-letter' } });
  }
}

async function writeDeadLetter(applying: Applying, delivery: Delivery, unwritten: UnwrittenRecord): Promise<Settlement> {
  const { deadLetters } = applying.destinations;
  try {
    const deadLetterTopic = (await deadLetters?.write(recordOf(delivery), failureOf(applying, delivery, unwritten))) as string;
    addEvent('dead_letter', { 'messaging.destination.name': deadLetterTopic });
    const { attempts, place } = delivery;
    const event = { ...place, deadLetterTopic, attempts, error: unwritten.error };
    DeliveryRecorder.of(applying.tracing, delivery.topic)?.deadLettered();
    applying.events.emit('dead-letter', event);
    if (channels.deadLetter.hasSubscribers) channels.deadLetter.publish({ groupId: applying.groupId, ...event });
    return { kind: 'dead_lettered' };
  } catch (error) {
    addEvent('dead_letter_failed', { 'error.type': errorType(error) });
    return unacknowledged(delivery, unwritten, 'dead_letter_unwritable', error);
  }
}

/** The next attempt waits for the user. */
function blocked(delivery: Delivery, reason: BlockReason, error: unknown): Settlement {
  delivery.delayedAt = Date.now();
  return { kind: 'blocked', reason, error };
}

function unacknowledged(
  delivery: Delivery,
  unwritten: UnwrittenRecord,
  reason: 'dead_letter_unwritable' | 'retry_topic_unwritable',
  error: unknown,
): Settlement {
  delivery.unwritten = unwritten;
  delivery.isLeftOver = true;
  return { kind: 'blocked', reason, error };
}

function recordOf({ message: { key, value, headers = {} } }: Delivery): ConsumedRecord {
  return { key, value, headers };
}

function failureOf({ groupId }: Applying, delivery: Delivery, { error }: UnwrittenRecord): WrittenFailure {
  const { topic, partition, offset } = delivery.original;
  const { timestamp, attempts, firstFailure = Date.now() } = delivery;
  return { topic, partition, offset, timestamp, groupId, attempts, firstFailure, error, attempt: failedSpan(delivery) };
}

/** The span of the failed attempt: it is active during the attempt, and remembered afterwards. */
function failedSpan(delivery: Delivery): SpanContext | undefined {
  return trace.getActiveSpan()?.spanContext() ?? delivery.previous;
}

function addEvent(name: string, attributes?: Attributes): void {
  trace.getActiveSpan()?.addEvent(`tracelink.delivery.${name}`, attributes);
}
