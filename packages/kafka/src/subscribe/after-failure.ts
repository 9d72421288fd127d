import { trace, type Span } from '@opentelemetry/api';
import type { KafkaMessage } from 'kafkajs';
import { contained } from '../contain.ts';
import { errorType } from '../error-type.ts';
import type { AttemptMemory } from './attempt-memory.ts';
import { backoffDelay } from './backoff.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Failure } from './delivery-headers.ts';
import type { Outage } from './outage.ts';
import type { RetryTier } from './retry-tiers.ts';
import type { RetryTopics } from './retry-topics.ts';
import type { Settings } from './settings.ts';
import type { EventHub, MessagePlace, StoppedPartition } from './subscription-events.ts';
import { classifyError, type Verdict } from './verdict.ts';

/** How it goes on with a message after an attempt. */
export type Next =
  | { readonly kind: 'handled' | 'dead_lettered' | 'skipped' | 'interrupted' | 'retry_later' }
  /** Left in its place until an outage has ended. */
  | { readonly kind: 'held' }
  | { readonly kind: 'retry'; readonly delay: number }
  /** Left in its place, its partition waits for it. */
  | { readonly kind: 'parked'; readonly until: number }
  | { readonly kind: 'stopped'; readonly reason: StoppedPartition['reason']; readonly error: unknown };

/** An attempt that failed. */
export interface FailedDelivery {
  readonly place: MessagePlace;
  readonly message: KafkaMessage;
  readonly memory: AttemptMemory;
  readonly error: unknown;
  /** What is settled already: the handler asked for it, or the value could not be decoded. */
  readonly settled: Verdict | undefined;
  /** Milliseconds after which the handler asked to be tried again. */
  readonly later: number | undefined;
}

/** Where messages go that do not stay. */
export interface Exits {
  readonly deadLetters: DeadLetters | undefined;
  readonly retryTopics: RetryTopics | undefined;
}

type Needed = Pick<Settings<never>, 'groupId' | 'classify' | 'retry' | 'retryTiers'>;

const verdicts: readonly Verdict[] = ['retry', 'retry-later', 'dead-letter', 'skip', 'stop'];

/** Decides what becomes of messages that failed, and writes them to where they go. */
export class AfterFailure {
  readonly #settings: Needed;
  readonly #exits: Exits;
  readonly #events: EventHub;
  readonly #outage: Outage | undefined;

  constructor(settings: Needed, exits: Exits, events: EventHub, outage: Outage | undefined) {
    this.#settings = settings;
    this.#exits = exits;
    this.#events = events;
    this.#outage = outage;
  }

  /** Called while the span of the attempt is active: what is written goes on with its trace. */
  async decide(failed: FailedDelivery): Promise<Next> {
    const { place, memory, error, settled } = failed;
    memory.firstFailure ??= Date.now();
    const verdict = settled ?? this.#classify(failed);
    this.#events.emit('attempt-failed', { ...place, attempt: memory.attempts, error, verdict });
    const span = trace.getActiveSpan();
    if (verdict === 'skip') {
      span?.addEvent('tracelink.delivery.skip');
      return { kind: 'skipped' };
    }
    if (verdict === 'stop') return { kind: 'stopped', reason: 'classified', error };
    if (verdict === 'dead-letter') return this.#giveUp(failed);
    const delay = verdict === 'retry' ? this.#delay(memory) : undefined;
    if (delay !== undefined) {
      span?.addEvent('tracelink.delivery.retry', { 'tracelink.delivery.retry_delay': delay / 1_000 });
      return { kind: 'retry', delay };
    }
    // What its handler asks for is no failure of something else.
    if (failed.later === undefined && this.#outage?.holds(place, error) === true) {
      span?.addEvent('tracelink.delivery.outage');
      return { kind: 'held' };
    }
    return this.#putOff(failed);
  }

  #classify({ place, memory, error }: FailedDelivery): Verdict {
    const { classify, retryTiers } = this.#settings;
    const verdict = contained('the classify option', () => classify(error, { ...place, attempt: memory.attempts }), classify);
    const known = verdict !== undefined && verdicts.includes(verdict) ? verdict : classifyError(error);
    return known === 'retry-later' && retryTiers === undefined ? 'retry' : known;
  }

  /** Milliseconds until the next attempt in its place; `undefined` when there is none left. */
  #delay({ attempts, retries, firstSeen }: AttemptMemory): number | undefined {
    const { retry } = this.#settings;
    // What was put off is tried once each time.
    if (retries > 0 || attempts >= retry.attempts || this.#outage?.state !== undefined) return undefined;
    const delay = backoffDelay(attempts, retry.backoff, Math.random());
    return this.#isTooLate(firstSeen, delay) ? undefined : delay;
  }

  #isTooLate(firstSeen: number, delay: number): boolean {
    const { deadline } = this.#settings.retry;
    return deadline !== undefined && Date.now() + delay > firstSeen + deadline;
  }

  async #putOff(failed: FailedDelivery): Promise<Next> {
    const { memory, later } = failed;
    const next = this.#settings.retryTiers?.next(memory.retries, later);
    if (next === undefined || this.#isTooLate(memory.firstSeen, next.delay)) return this.#giveUp(failed);
    const span = trace.getActiveSpan();
    const due = Date.now() + next.delay;
    if (this.#exits.retryTopics !== undefined) return this.#writeLater(failed, this.#exits.retryTopics, next.tier, due, span);
    memory.retries++;
    memory.due = due;
    memory.putOffAt = Date.now();
    span?.addEvent('tracelink.delivery.retry_later', { 'tracelink.delivery.retry_delay': next.delay / 1_000 });
    return { kind: 'parked', until: due };
  }

  async #writeLater(failed: FailedDelivery, topics: RetryTopics, tier: RetryTier, due: number, span: Span | undefined): Promise<Next> {
    const { place, memory, error } = failed;
    try {
      const times = { firstSeen: memory.firstSeen, due, retries: memory.retries + 1 };
      const retryTopic = await topics.write(undelivered(failed), this.#failure(failed), tier, times);
      span?.addEvent('tracelink.delivery.retry_later', {
        'messaging.destination.name': retryTopic,
        'tracelink.delivery.retry_delay': (due - Date.now()) / 1_000,
      });
      this.#events.emit('retry-later', { ...place, retryTopic, due, attempts: memory.attempts, error });
      return { kind: 'retry_later' };
    } catch (unwritable) {
      const type = errorType(unwritable);
      span?.addEvent('tracelink.delivery.retry_later_failed', { 'error.type': type });
      // Waiting does not make it smaller: its partition would stop for ever.
      if (type === 'MESSAGE_TOO_LARGE') return this.#giveUp(failed);
      return { kind: 'stopped', reason: 'retry_topic_unwritable', error: unwritable };
    }
  }

  async #giveUp(failed: FailedDelivery): Promise<Next> {
    const { place, memory, error } = failed;
    const { deadLetters } = this.#exits;
    if (deadLetters === undefined) return { kind: 'stopped', reason: 'no_dead_letters', error };
    const span = trace.getActiveSpan();
    try {
      const deadLetterTopic = await deadLetters.write(undelivered(failed), this.#failure(failed));
      span?.addEvent('tracelink.delivery.dead_letter', { 'messaging.destination.name': deadLetterTopic });
      this.#events.emit('dead-letter', { ...place, deadLetterTopic, attempts: memory.attempts, error });
      return { kind: 'dead_lettered' };
    } catch (unwritable) {
      span?.addEvent('tracelink.delivery.dead_letter_failed', { 'error.type': errorType(unwritable) });
      return { kind: 'stopped', reason: 'dead_letter_unwritable', error: unwritable };
    }
  }

  #failure({ memory, error }: FailedDelivery): Failure {
    return {
      ...memory.original,
      timestamp: memory.timestamp,
      groupId: this.#settings.groupId,
      attempts: memory.attempts,
      firstFailure: memory.firstFailure ?? Date.now(),
      error,
      attempt: trace.getActiveSpan()?.spanContext(),
    };
  }
}

function undelivered({ message: { key, value, headers = {} } }: FailedDelivery): Parameters<DeadLetters['write']>[0] {
  return { key, value, headers };
}
