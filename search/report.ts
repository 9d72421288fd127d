import type { MutantOutcome } from './mutants/search-mutant.ts';
import type { Finished } from './run/search-seeds.ts';

/** A line for all seeds, and the violations of each failed one, with their kinds first. */
export function report(finished: readonly Finished[], seconds: number): string {
  const failed = finished.filter(({ violations }) => violations.length > 0);
  const sent = finished.reduce((sum, seed) => sum + seed.sent, 0);
  const lines = failed.flatMap(({ seed, violations }) => [
    `seed ${seed}: ${[...new Set(violations.map(({ kind }) => kind))].join(', ')}`,
    ...violations.map(({ kind, text }) => `  ${kind}: ${text}`),
  ]);
  return [...lines, `${finished.length} seeds, ${sent} records, ${failed.length} failed, ${seconds.toFixed(0)} s`].join('\n');
}

/** A line for each mutant. */
export function mutantReport(outcomes: readonly MutantOutcome[]): string {
  const rows = outcomes.map(({ mutant, found, seconds }) => {
    const result = found === undefined ? 'NOT FOUND' : `seed ${found.seed}, after ${found.after} seeds`;
    return [mutant.name, result, `${seconds.toFixed(0)} s`, mutant.title] as const;
  });
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}
