import { guardCallback } from '../../core/guard.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';
import type { Delivery } from '../partitions/delivery.ts';
import { backoffDelay, type Backoff } from '../../core/backoff.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { RetrySchedule } from './retry-delays.ts';

/**
 * What happens to a message after a failed attempt:
 * - `retry`: another attempt in place after the backoff; its key waits with it
 * - `retry-later`: a scheduled retry after the next of `retryTopics.delays`; the same as `retry` without `retryTopics`
 * - `dead-letter`: the dead-letter topic, without another attempt
 * - `skip`: the message counts as done
 * - `stop`: its partition is blocked until `resume()` is called; nothing is lost
 */
export type Verdict = 'retry' | 'retry-later' | 'dead-letter' | 'skip' | 'stop';

/** The second argument of `classify`: the attempt that failed, and its message's topic, partition and offset as the handler gets them. */
export interface FailedAttempt {
  readonly topic: string;
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
  /** The number of the attempt, from 1. */
  readonly attempt: number;
}

/** The error of an attempt. */
export interface Failure {
  readonly error: unknown;
  /** A final decision: the handler asked for it, or the codec reported that the value cannot be decoded. */
  readonly asked?: { readonly verdict: Verdict; readonly delay: number | undefined };
}

/** What happens to a failed record: decided without I/O, done by `applyDisposition`. */
export type Disposition = { readonly verdict: Verdict } & (
  | { readonly kind: 'skip' }
  | { readonly kind: 'dead-letter' }
  /** Another attempt, in this batch, after this many milliseconds. */
  | { readonly kind: 'retry'; readonly delay: number }
  /** A retry through a retry topic; `due` in milliseconds since the epoch. */
  | { readonly kind: 'retry-topic'; readonly delay: string; readonly due: number }
  /** A retry in place, while the partition waits. */
  | { readonly kind: 'delay'; readonly until: number }
  /** The record stays in place until the circuit closes. */
  | { readonly kind: 'circuit-open' }
  /** The partition is blocked at the record until the user resumes it. */
  | { readonly kind: 'block'; readonly reason: 'classified' | 'no_dead_letters' }
) & {
    /** Whether the record has failed in all its attempts, so that the failure counts for the circuit. */
    readonly isExhausted: boolean;
  };

/** The dependencies of a policy. */
export interface FailurePolicyOptions {
  readonly classify: (error: unknown, attempt: FailedAttempt) => Verdict;
  readonly retry: { readonly attempts: number; readonly backoff: Required<Backoff>; readonly deadline?: number };
  /** When retries are scheduled; `undefined`: never. */
  readonly retrySchedule: RetrySchedule | undefined;
  /** Whether scheduled retries wait in topics; otherwise they wait in place. */
  readonly hasRetryTopics: boolean;
  readonly hasDeadLetters: boolean;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** From 0 to below 1. */
  readonly random?: () => number;
}

/** What a decision asks of the circuit breaker. */
type CircuitView = Pick<CircuitBreaker, 'isOpen' | 'holds'>;

const verdicts: readonly Verdict[] = ['retry', 'retry-later', 'dead-letter', 'skip', 'stop'];

/** Decides what happens to failed records. Knows no client, changes nothing. */
export class FailurePolicy {
  readonly #options: Required<Omit<FailurePolicyOptions, 'retrySchedule'>> & Pick<FailurePolicyOptions, 'retrySchedule'>;

  constructor(options: FailurePolicyOptions) {
    this.#options = { now: Date.now, random: Math.random, ...options };
  }

  decide(delivery: Delivery, failure: Failure, circuit: CircuitView | undefined): Disposition {
    const { asked } = failure;
    const verdict = asked?.verdict ?? this.#classify(delivery, failure.error);
    if (verdict === 'skip') return { verdict, kind: 'skip', isExhausted: false };
    if (verdict === 'stop') return { verdict, kind: 'block', reason: 'classified', isExhausted: false };
    if (verdict === 'dead-letter') return this.#deadLetter(verdict, false);
    const delay = verdict === 'retry' ? this.#delay(delivery, circuit) : undefined;
    if (delay !== undefined) return { verdict, kind: 'retry', delay, isExhausted: false };
    // A handler's request is no failure of a dependency.
    const isExhausted = asked === undefined;
    if (isExhausted && circuit?.holds(delivery) === true) return { verdict, kind: 'circuit-open', isExhausted };
    return this.#later(delivery, verdict, asked?.delay, isExhausted);
  }

  #classify(delivery: Delivery, error: unknown): Verdict {
    const { classify, retrySchedule } = this.#options;
    const { topic, partition, offset } = delivery.original;
    const attempt = { topic, partition, offset, attempt: delivery.attempts };
    const verdict = guardCallback('the classify option', () => classify(error, attempt), classify);
    const known = verdict !== undefined && verdicts.includes(verdict) ? verdict : classifyError(error);
    return known === 'retry-later' && retrySchedule === undefined ? 'retry' : known;
  }

  /** Milliseconds until the next attempt in place; `undefined` when there is none left. */
  #delay({ attempts, retries, firstSeen }: Delivery, circuit: CircuitView | undefined): number | undefined {
    const { retry, random } = this.#options;
    // A delayed record has one attempt each time.
    if (retries > 0 || attempts >= retry.attempts || circuit?.isOpen === true) return undefined;
    const delay = backoffDelay(attempts, retry.backoff, random());
    return this.#isTooLate(firstSeen, delay) ? undefined : delay;
  }

  /** Asked when an attempt is scheduled, not when it begins: what came in between, as a stopped consumer, is no failure of the record. */
  #isTooLate(firstSeen: number, delay: number): boolean {
    const { retry, now } = this.#options;
    return retry.deadline !== undefined && now() + delay > firstSeen + retry.deadline;
  }

  #later({ retries, firstSeen }: Delivery, verdict: Verdict, asked: number | undefined, isExhausted: boolean): Disposition {
    const { retrySchedule, hasRetryTopics, now } = this.#options;
    const next = retrySchedule?.next(retries, asked);
    if (next === undefined || this.#isTooLate(firstSeen, next.wait)) return this.#deadLetter(verdict, isExhausted);
    const due = now() + next.wait;
    return hasRetryTopics
      ? { verdict, kind: 'retry-topic', delay: next.delay.name, due, isExhausted }
      : { verdict, kind: 'delay', until: due, isExhausted };
  }

  #deadLetter(verdict: Verdict, isExhausted: boolean): Disposition {
    return this.#options.hasDeadLetters
      ? { verdict, kind: 'dead-letter', isExhausted }
      : { verdict, kind: 'block', reason: 'no_dead_letters', isExhausted };
  }
}

const programmingErrors = [KafkaTracingError, TypeError, ReferenceError, SyntaxError, RangeError];

/**
 * The default of `classify`. A programming error (`TypeError`, `ReferenceError`, `SyntaxError`, `RangeError`, `KafkaTracingError`)
 * fails again however often it is retried, so its message goes to the dead-letter topic. A `TypeError` that another error caused is
 * what `fetch` rejects with when the network fails: its cause decides. Any other error gets `retry`. Never throws.
 */
export function classifyError(error: unknown): Verdict {
  try {
    const decisive = error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
    return programmingErrors.some((kind) => decisive instanceof kind) ? 'dead-letter' : 'retry';
  } catch {
    return 'retry';
  }
}
