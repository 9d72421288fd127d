import { planOf } from '../plan/generate.ts';
import type { Violation } from '../judge/journal.ts';
import { PlanRunner } from './plan-runner.ts';

/** A completed seed. */
export interface Finished {
  readonly seed: number;
  readonly sent: number;
  readonly violations: readonly Violation[];
}

/** How to run seeds. */
export interface SearchOptions {
  /** The file of the process that runs the plans. */
  readonly file: string;
  readonly from: number;
  readonly count: number;
  /** Whether it continues after a seed that fails. */
  readonly all: boolean;
  readonly signal: AbortSignal;
  readonly finished?: (seed: Finished) => void;
}

/** Runs the plans of seeds, some at a time. @returns the completed ones, by seed */
export async function searchSeeds({ file, from, count, all, signal, finished }: SearchOptions): Promise<readonly Finished[]> {
  const runner = new PlanRunner(file);
  signal.addEventListener('abort', () => runner.kill());
  const results: (Finished & { readonly run: number })[] = [];
  let next = from;
  let hasFailed = false;
  const work = async (): Promise<void> => {
    while (next < from + count && !signal.aborted && (all || !hasFailed)) {
      const seed = next++;
      const result = { seed, ...(await runner.run(planOf(seed))) };
      if (signal.aborted) return;
      if (result.violations.length > 0) hasFailed = true;
      results.push(result);
      finished?.(result);
    }
  };
  await Promise.all(Array.from({ length: runner.atOnce }, work));
  const late = await runner.end();
  return results
    .map(({ seed, sent, violations, run }) => ({ seed, sent, violations: [...violations, ...(late.get(run) ?? [])] }))
    .toSorted((one, other) => one.seed - other.seed);
}
