import type { Mutant } from './mutants.ts';
import { mutatedCopy } from './mutated-copy.ts';
import { childFile } from '../run/plan-runner.ts';
import { searchSeeds } from '../run/search-seeds.ts';

/** The result for a mutant. */
export interface MutantOutcome {
  readonly mutant: Mutant;
  /** The seed that found it, and how many seeds it took; `undefined` when none did. */
  readonly found: { readonly seed: number; readonly after: number } | undefined;
  readonly seconds: number;
}

/** Runs seeds on the mutated code until one finds it. @throws when the mutant no longer fits the code */
export async function searchMutant(
  mutant: Mutant,
  { from, count, signal }: { readonly from: number; readonly count: number; readonly signal: AbortSignal },
): Promise<MutantOutcome> {
  const startedAt = performance.now();
  await using copy = await mutatedCopy(mutant.edits);
  let found: MutantOutcome['found'];
  let after = 0;
  const enough = new AbortController();
  await searchSeeds({
    file: childFile(copy.search),
    from,
    count,
    all: true,
    signal: AbortSignal.any([signal, enough.signal]),
    finished: ({ seed, violations }) => {
      after++;
      if (found !== undefined || !violations.some(({ kind }) => mutant.shows.includes(kind))) return;
      found = { seed, after };
      enough.abort();
    },
  });
  return { mutant, found, seconds: (performance.now() - startedAt) / 1_000 };
}
