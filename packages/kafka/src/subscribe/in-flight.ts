import type { Attempt } from './attempt.ts';

/** A message that a handler is working on. */
export interface InFlightMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** As text; `undefined` when it has none, or none in UTF-8. */
  readonly key: string | undefined;
  readonly attempt: number;
  readonly traceId: string | undefined;
  /** Milliseconds since the attempt began. */
  readonly age: number;
}

/** Those of `attempts` that have run for at least `age` milliseconds, the oldest first. */
export function olderThan(attempts: readonly Attempt[], age: number): readonly InFlightMessage[] {
  const now = performance.now();
  return attempts
    .filter(({ startedAt }) => now - startedAt >= age)
    .toSorted((one, other) => one.startedAt - other.startedAt)
    .map((attempt) => attempt.describe(now));
}
