// Shows what happens to messages when brokers, members and responses are lost: see README.md.
import { Cluster } from './brokers/cluster.ts';
import { selectionOf, usage, type Selection } from './command-line.ts';
import { clients, type ClientName } from './members/clients/clients.ts';
import { isSound, report, type Finished } from './report.ts';
import { Skipped } from './scene/row.ts';
import { rows } from './rows.ts';
import { runRow } from './scene/run-row.ts';

let selection: Selection;
try {
  selection = selectionOf(process.argv.slice(2), rows);
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage(rows)}`);
  process.exit(2);
}
if (selection.help) console.log(usage(rows));
else process.exitCode = await main(selection);

/** Runs the rows and removes everything that it started, whatever happens. */
async function main(chosen: Selection): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (!stop.signal.aborted) console.error('\nStopping: consumers, containers …');
      stop.abort(new Error('Stopped'));
    });
  const startedAt = performance.now();
  const say = (text: string): void => console.error(`${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(4)} s  ${text}`);
  await using closing = new AsyncDisposableStack();
  const finished: Finished[] = [];
  const skipped: string[] = [];
  let at = 'starting';
  try {
    const installed = await installedOf(chosen.clients, skipped);
    say('starting three nodes');
    const cluster = await Cluster.start(closing, stop.signal);
    const runs = installed.flatMap((client) => chosen.rows.map((row) => ({ client, row })));
    for (const [index, { client, row }] of runs.entries()) {
      at = `${row.name} on ${client}`;
      say(`${at} (${index + 1} of ${runs.length}): ${row.title}`);
      const rowStartedAt = performance.now();
      const run = runRow(row, cluster, { signal: stop.signal, say: (text) => say(`  ${text}`), mutant: chosen.mutant, client });
      const outcome = await run.catch((error: unknown) => {
        if (!(error instanceof Skipped)) throw error;
        skipped.push(`${at}: skipped: ${error.message}`);
        return undefined;
      });
      if (outcome === undefined) continue;
      finished.push({ name: row.name, client, seconds: (performance.now() - rowStartedAt) / 1_000, outcome });
      for (const violation of outcome.violations) say(`  WRONG: ${violation}`);
    }
  } catch (error) {
    if (stop.signal.aborted) return 130;
    console.error(error);
    console.log(`\n${report(finished, { skipped, broken: at })}`);
    return 1;
  }
  console.log(`\n${report(finished, { skipped })}`);
  return finished.every(({ outcome }) => isSound(outcome)) ? 0 : 1;
}

/** The clients that are installed here; of each other one it is said that it is not. */
async function installedOf(names: readonly ClientName[], skipped: string[]): Promise<readonly ClientName[]> {
  const installed: ClientName[] = [];
  for (const name of names) {
    try {
      await clients[name].load();
      installed.push(name);
    } catch {
      skipped.push(`every fault on ${name}: skipped: ${clients[name].title} is not installed`);
    }
  }
  return installed;
}
