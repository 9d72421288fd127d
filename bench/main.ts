// The cost of tracing, beside bare kafkajs and beside OpenTelemetry's own instrumentation: see README.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { cpus } from 'node:os';
import { ciFaults, measureForCi } from './ci.ts';
import { help, selectionOf, type Selection } from './command-line.ts';
import { endToEnd } from './end-to-end/end-to-end.ts';
import { build } from './figures/built-command.ts';
import { measureFigures } from './figures/figures.ts';
import { subscribeGoals, verdicts, type Measured } from './goals.ts';
import { contendersOf, modesOf } from './measure/scenario.ts';
import { goalTable, report, type Results } from './report.ts';
import { stubBytes } from './stub/stub-bytes.ts';
import { fullEffort, quickEffort, stubRounds } from './stub/stub-rounds.ts';
import { measureSubscribe } from './subscribe/subscribe-rounds.ts';

const selection = selected();
if (selection.kind === 'help') console.log(help);
else if (selection.kind === 'ci') {
  const found = verdicts(await measureForCi(progress));
  console.log(goalTable(found));
  const faults = ciFaults(found);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
} else {
  const rounds = selection.kind === 'quick' ? 1 : 5;
  const measured = await measure(selection, rounds);
  const results: Results = {
    takenAt: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    versions: `Node ${process.versions.node}, ${['kafkajs', '@opentelemetry/instrumentation-kafkajs', '@opentelemetry/sdk-trace'].map(version).join(', ')}`,
    rounds: `medians of ${rounds} rounds`,
    ...measured,
    verdicts: verdicts(measured),
  };
  const text = report(results);
  console.log(text);
  if (selection.isWhole) {
    writeFileSync(new URL('RESULTS.md', import.meta.url), text);
    writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify(results, rounded, 1)}\n`);
  }
}

function selected(): Selection {
  try {
    return selectionOf(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    process.exit(2);
  }
}

async function measure({ kind, cases, comparisons, figures, flows }: Selection, rounds: number): Promise<Measured> {
  const isQuick = kind === 'quick';
  const effort = isQuick ? quickEffort : fullEffort;
  if (figures.length > 0) build();
  // First, since it alone needs a container: a machine that has none says so before minutes of measuring.
  const throughput = flows.length === 0 ? [] : await endToEnd(flows, rounds, isQuick ? 20_000 : 40_000, progress);
  return {
    stub: await stubRounds({ names: cases, modesOf, contendersOf, rounds, effort }, progress),
    bytes: comparisons.includes('bytes') ? await stubBytes(progress) : [],
    subscribe: comparisons.includes('subscribe')
      ? await measureSubscribe(Object.keys(subscribeGoals), rounds, isQuick ? 20_000 : 100_000, progress)
      : [],
    figures: await measureFigures(figures, rounds, progress),
    endToEnd: throughput,
  };
}

function progress(line: string): void {
  console.error(line);
}

function version(name: string): string {
  const manifest = findPackageJSON(name, import.meta.url);
  if (manifest === undefined) throw new Error(`${name} is not installed.`);
  return `${name.replace('@opentelemetry/', '')} ${(JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version}`;
}

/** Three digits after the point say more than these measurements can. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}
