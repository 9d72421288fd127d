import { selectionOf, usage, type Selection } from './command-line.ts';
import { explain } from './explain.ts';
import { report } from './report.ts';
import { searchSeeds } from './search-seeds.ts';
import { childFile } from './plan-runner.ts';

let selection: Selection;
try {
  selection = selectionOf(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exit(2);
}
if (selection.help) console.log(usage);
else process.exit(await main(selection));

/** Runs the seeds and says what came out. @returns the exit code */
async function main({ from, count, all }: Selection): Promise<number> {
  const file = childFile();
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (!stop.signal.aborted) console.error('\nStopping …');
      stop.abort();
    });
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1_000;
  const say = (text: string): void => console.error(`${seconds().toFixed(0).padStart(4)} s  ${text}`);
  let done = 0;
  const finished = await searchSeeds({
    file,
    from,
    count,
    all,
    signal: stop.signal,
    finished: ({ seed, violations }) => {
      done++;
      if (violations.length > 0) say(`seed ${seed}: ${[...new Set(violations.map(({ kind }) => kind))].join(', ')}`);
      else if (done % 20 === 0) say(`${done} of ${count}`);
    },
  });
  const [failed] = finished.filter(({ violations }) => violations.length > 0);
  console.log(report(finished, seconds()));
  if (stop.signal.aborted) return 130;
  if (failed !== undefined && !all) console.log(`\n${(await explain(failed, { file, signal: stop.signal, say })).join('\n')}`);
  return failed === undefined ? 0 : 1;
}
