import { selectionOf, usage, type Selection } from './command-line.ts';
import { explain } from './run/explain.ts';
import { mutantReport, report } from './report.ts';
import { searchMutant, type MutantOutcome } from './mutants/search-mutant.ts';
import { searchSeeds } from './run/search-seeds.ts';
import { childFile } from './run/plan-runner.ts';

let selection: Selection;
try {
  selection = selectionOf(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exit(2);
}
if (selection.help) console.log(usage);
else process.exit(await main(selection));

/** Runs the seeds, with mutants or without, and prints the result. @returns the exit code */
async function main(chosen: Selection): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (!stop.signal.aborted) console.error('\nStopping …');
      stop.abort();
    });
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1_000;
  const say = (text: string): void => console.error(`${seconds().toFixed(0).padStart(4)} s  ${text}`);
  const sound = await (chosen.mutants.length > 0 ? findMutants(chosen, stop.signal, say) : findFaults(chosen, stop.signal, say, seconds));
  if (stop.signal.aborted) return 130;
  return sound ? 0 : 1;
}

/** @returns whether each mutant was found */
async function findMutants({ mutants, from, count }: Selection, signal: AbortSignal, say: (text: string) => void): Promise<boolean> {
  const outcomes: MutantOutcome[] = [];
  for (const mutant of mutants) {
    if (signal.aborted) break;
    say(`${mutant.name}: ${mutant.title}`);
    outcomes.push(await searchMutant(mutant, { from, count, signal }));
  }
  console.log(mutantReport(outcomes));
  return outcomes.every(({ found }) => found !== undefined);
}

/** @returns whether no seed failed twice: among others, and again when it was run alone */
async function findFaults(
  { from, count, all }: Selection,
  signal: AbortSignal,
  say: (text: string) => void,
  seconds: () => number,
): Promise<boolean> {
  const file = childFile();
  const end = from + count;
  for (let next = from; next < end && !signal.aborted;) {
    let done = 0;
    const finished = await searchSeeds({
      file,
      from: next,
      count: end - next,
      all,
      signal,
      finished: ({ seed, violations }) => {
        done++;
        if (violations.length > 0) say(`seed ${seed}: ${[...new Set(violations.map(({ kind }) => kind))].join(', ')}`);
        else if (done % 20 === 0) say(`${done} of ${end - next}`);
      },
    });
    const [failed] = finished.filter(({ violations }) => violations.length > 0);
    console.log(report(finished, seconds()));
    if (failed === undefined) return true;
    if (all || signal.aborted) return false;
    const { failsAgain, lines } = await explain(failed, { file, signal, say });
    console.log(`\n${lines.join('\n')}`);
    if (failsAgain) return false;
    next = failed.seed + 1;
  }
  return true;
}
