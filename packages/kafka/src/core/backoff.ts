import { aShare, checkOptions, milliseconds, type Rule } from './option-rules.ts';

/**
 * The delays between attempts: `initial * factor^(n - 1)` before attempt `n + 1`, at most `max`, less a random share of up to `jitter`.
 */
export interface Backoff {
  /** Milliseconds before the second attempt. @default 100; 1_000 for `circuitBreaker.backoff` */
  readonly initial?: number;
  /** The factor by which each delay is longer than the one before, from 1. @default 2 */
  readonly factor?: number;
  /** The longest delay in milliseconds. @default 10_000; 60_000 for `circuitBreaker.backoff` */
  readonly max?: number;
  /**
   * The share of a delay that is random, from 0 to 1: consumers that failed together do not retry together.
   *
   * @default 0.5
   */
  readonly jitter?: number;
}

/**
 * Milliseconds of delay after `attempt` failed: `initial * factor^(attempt - 1)`, at most `max`, less up to `jitter` of it.
 *
 * @param random from 0 to below 1
 */
export function backoffDelay(attempt: number, { initial, factor, max, jitter }: Required<Backoff>, random: number): number {
  return Math.round(Math.min(max, initial * factor ** (attempt - 1)) * (1 - jitter * random));
}

const aFactor: Rule = { must: 'a number, 1 or more', accepts: (value) => Number.isFinite(value) && (value as number) >= 1 };

/**
 * @param taker the option, as the error names it
 * @param shortest the least milliseconds of a delay
 * @throws {KafkaTracingError} `unknown_option`, `invalid_option`
 */
export function checkBackoff(taker: string, backoff: Backoff, shortest: number): void {
  const delay = milliseconds(shortest);
  checkOptions(taker, backoff, { initial: delay, factor: aFactor, max: delay, jitter: aShare } satisfies Record<keyof Backoff, Rule>);
}
