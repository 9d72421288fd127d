import { setTimeout as pause } from 'node:timers/promises';
import { planOf } from './generate.ts';
import type { Violation } from './journal.ts';
import { runPlan, strayViolations, type PlanOutcome } from './run-plan.ts';

/** A seed that was run. */
export interface Finished {
  readonly seed: number;
  readonly sent: number;
  readonly seconds: number;
  readonly violations: readonly Violation[];
}

/** How seeds are run. */
export interface SearchOptions {
  readonly from: number;
  readonly count: number;
  /** Whether it goes on after a seed that fails. */
  readonly all: boolean;
  readonly signal: AbortSignal;
  readonly finished: (seed: Finished) => void;
}

/** Plans at the same time: they mostly wait. */
export const atOnce = 6;

// Milliseconds after the last plan, in which what was left behind shows itself: no wait in a plan is longer.
const aftermath = 1_500;

/** Runs the plans of seeds, some at a time. @returns those that were run, by seed */
export async function searchSeeds({ from, count, all, signal, finished }: SearchOptions): Promise<readonly Finished[]> {
  const results: { readonly finished: Finished; readonly outcome: PlanOutcome }[] = [];
  let next = from;
  let hasFailed = false;
  const work = async (): Promise<void> => {
    while (next < from + count && !signal.aborted && (all || !hasFailed)) {
      const seed = next++;
      const startedAt = performance.now();
      const outcome = await runPlan(planOf(seed));
      const { sent, violations } = outcome;
      const result = { seed, sent, violations, seconds: (performance.now() - startedAt) / 1_000 };
      if (violations.length > 0) hasFailed = true;
      results.push({ finished: result, outcome });
      finished(result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (!signal.aborted) await pause(aftermath, undefined, { signal }).catch(() => {});
  return results
    .map(({ finished: result, outcome }) => {
      const known = new Set(result.violations.map(({ text }) => text));
      const late = strayViolations(outcome.strays).filter(({ text }) => !known.has(text));
      return { ...result, violations: [...result.violations, ...late] };
    })
    .toSorted((one, other) => one.seed - other.seed);
}
