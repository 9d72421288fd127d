import { trace, type SpanContext } from '@opentelemetry/api';
import type { KafkaMessage } from 'kafkajs';
import { contained } from '../contain.ts';
import { errorType } from '../error-type.ts';
import { backoffDelay } from './backoff.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Settings } from './settings.ts';
import type { EventHub, MessagePlace, StoppedPartition } from './subscription-events.ts';
import { classifyError, type Verdict } from './verdict.ts';

/** What is remembered of a message between its attempts. */
export interface AttemptMemory {
  /** Attempts that have begun. */
  attempts: number;
  /** Milliseconds since the epoch. */
  readonly firstSeen: number;
  firstFailure?: number;
  /** The span of the last attempt. */
  previous?: SpanContext | undefined;
}

/** How it goes on with a message after an attempt. */
export type Next =
  | { readonly kind: 'handled' | 'dead_lettered' | 'skipped' | 'interrupted' }
  | { readonly kind: 'retry'; readonly delay: number }
  | { readonly kind: 'stopped'; readonly reason: StoppedPartition['reason']; readonly error: unknown };

/** An attempt that failed. */
export interface FailedDelivery {
  readonly place: MessagePlace;
  readonly message: KafkaMessage;
  readonly memory: AttemptMemory;
  readonly error: unknown;
  /** What is settled already: the handler asked for it, or the value could not be decoded. */
  readonly settled: Verdict | undefined;
}

const verdicts: readonly Verdict[] = ['retry', 'dead-letter', 'skip', 'stop'];

/** Decides what becomes of messages that failed, and writes the dead letters. */
export class AfterFailure {
  readonly #settings: Pick<Settings<never>, 'groupId' | 'classify' | 'retry'>;
  readonly #deadLetters: DeadLetters | undefined;
  readonly #events: EventHub;

  constructor(settings: Pick<Settings<never>, 'groupId' | 'classify' | 'retry'>, deadLetters: DeadLetters | undefined, events: EventHub) {
    this.#settings = settings;
    this.#deadLetters = deadLetters;
    this.#events = events;
  }

  /** Called while the span of the attempt is active: the dead letter goes on with its trace. */
  async decide(failed: FailedDelivery): Promise<Next> {
    const { place, memory, error, settled } = failed;
    memory.firstFailure ??= Date.now();
    const verdict = settled ?? this.#classify(failed);
    this.#events.emit('attempt-failed', { ...place, attempt: memory.attempts, error, verdict });
    if (verdict === 'skip') {
      trace.getActiveSpan()?.addEvent('tracelink.delivery.skip');
      return { kind: 'skipped' };
    }
    if (verdict === 'stop') return { kind: 'stopped', reason: 'classified', error };
    const delay = verdict === 'retry' ? this.#delay(memory) : undefined;
    if (delay === undefined) return this.#giveUp(failed);
    trace.getActiveSpan()?.addEvent('tracelink.delivery.retry', { 'tracelink.delivery.retry_delay': delay / 1_000 });
    return { kind: 'retry', delay };
  }

  #classify({ place, memory, error }: FailedDelivery): Verdict {
    const { classify } = this.#settings;
    const verdict = contained('the classify option', () => classify(error, { ...place, attempt: memory.attempts }), classify);
    return verdict !== undefined && verdicts.includes(verdict) ? verdict : classifyError(error);
  }

  /** Milliseconds until the next attempt; `undefined` when there is none left. */
  #delay({ attempts, firstSeen }: AttemptMemory): number | undefined {
    const { retry } = this.#settings;
    if (attempts >= retry.attempts) return undefined;
    const delay = backoffDelay(attempts, retry.backoff, Math.random());
    const late = retry.deadline !== undefined && Date.now() + delay > firstSeen + retry.deadline;
    return late ? undefined : delay;
  }

  async #giveUp({ place, message, memory, error }: FailedDelivery): Promise<Next> {
    if (this.#deadLetters === undefined) return { kind: 'stopped', reason: 'no_dead_letters', error };
    const span = trace.getActiveSpan();
    try {
      const deadLetterTopic = await this.#deadLetters.write(
        { key: message.key, value: message.value, headers: message.headers ?? {} },
        {
          ...place,
          timestamp: Number(message.timestamp),
          groupId: this.#settings.groupId,
          attempts: memory.attempts,
          firstFailure: memory.firstFailure ?? Date.now(),
          error,
          attempt: span?.spanContext(),
        },
      );
      span?.addEvent('tracelink.delivery.dead_letter', { 'messaging.destination.name': deadLetterTopic });
      this.#events.emit('dead-letter', { ...place, deadLetterTopic, attempts: memory.attempts, error });
      return { kind: 'dead_lettered' };
    } catch (unwritable) {
      span?.addEvent('tracelink.delivery.dead_letter_failed', { 'error.type': errorType(unwritable) });
      return { kind: 'stopped', reason: 'dead_letter_unwritable', error: unwritable };
    }
  }
}
