// The cost of tracing, beside bare kafkajs and beside OpenTelemetry's own instrumentation: see README.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { cpus } from 'node:os';
import { help, selectionOf } from './command-line.ts';
import { endToEnd } from './end-to-end/end-to-end.ts';
import { verdicts } from './goals.ts';
import { report, type Results } from './report.ts';
import { fullEffort, quickEffort, stubRounds } from './stub/stub-rounds.ts';

const selection = selectionOf(process.argv.slice(2));
if (selection.help) console.log(help);
else await measure();

async function measure(): Promise<void> {
  const { quick, cases, flows } = selection;
  const rounds = { stub: quick ? 1 : 5, endToEnd: quick ? 1 : 5 };
  const stub = await stubRounds(cases, rounds.stub, quick ? quickEffort : fullEffort, progress);
  const streams = flows.length === 0 ? [] : await endToEnd(flows, rounds.endToEnd, quick ? 20_000 : 40_000, progress);
  const results: Results = {
    takenAt: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    versions: `Node ${process.versions.node}, ${['kafkajs', '@opentelemetry/instrumentation-kafkajs', '@opentelemetry/sdk-trace'].map(version).join(', ')}`,
    rounds: `${rounds.stub} rounds without a network, ${rounds.endToEnd} through a broker`,
    stub,
    endToEnd: streams,
    verdicts: verdicts(stub, streams),
  };
  const text = report(results);
  console.log(text);
  if (quick || process.argv.length > 2) return;
  writeFileSync(new URL('RESULTS.md', import.meta.url), text);
  writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify(results, rounded, 1)}\n`);
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
