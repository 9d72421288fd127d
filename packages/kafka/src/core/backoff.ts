/** How long to wait before an attempt is repeated. */
export interface Backoff {
  /** Milliseconds before the second attempt. @default 100 */
  readonly initial?: number;
  /** By how much each wait is longer than the one before. @default 2 */
  readonly factor?: number;
  /** Milliseconds that no wait is longer than. @default 10_000 */
  readonly max?: number;
  /**
   * The share of a wait that is left to chance, from 0 to 1: many consumers that failed together do not come back together.
   * @default 0.5
   */
  readonly jitter?: number;
}

/**
 * Milliseconds to wait after `attempt` failed: `initial * factor^(attempt - 1)`, at most `max`, less up to `jitter` of it.
 *
 * @param random from 0 to below 1
 */
export function backoffDelay(attempt: number, { initial, factor, max, jitter }: Required<Backoff>, random: number): number {
  return Math.round(Math.min(max, initial * factor ** (attempt - 1)) * (1 - jitter * random));
}
