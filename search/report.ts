import type { Finished } from './search-seeds.ts';

/** A line for all seeds, and what was wrong with each that failed, with the kinds of it first. */
export function report(finished: readonly Finished[], seconds: number): string {
  const failed = finished.filter(({ violations }) => violations.length > 0);
  const sent = finished.reduce((sum, seed) => sum + seed.sent, 0);
  const lines = failed.flatMap(({ seed, violations }) => [
    `seed ${seed}: ${[...new Set(violations.map(({ kind }) => kind))].join(', ')}`,
    ...violations.map(({ kind, text }) => `  ${kind}: ${text}`),
  ]);
  return [...lines, `${finished.length} seeds, ${sent} records, ${failed.length} failed, ${seconds.toFixed(0)} s`].join('\n');
}
