import { flows, type FlowSeries } from './end-to-end/end-to-end.ts';
import type { Verdict } from './goals.ts';
import { median } from './measure/median.ts';
import { cases, type CaseName, type Library, type Mode } from './measure/scenario.ts';
import { addedCost, type StubSeries } from './stub/stub-rounds.ts';

/** Where and when a run was made. */
interface Circumstances {
  readonly takenAt: string;
  readonly machine: string;
  readonly versions: string;
  readonly rounds: string;
}

/** All that one run measured; `results.json` is this. */
export interface Results extends Circumstances {
  readonly stub: readonly StubSeries[];
  readonly endToEnd: readonly FlowSeries[];
  readonly verdicts: readonly Verdict[];
}

/** The run as Markdown: goals first, then every figure. */
export function report(results: Results): string {
  const { takenAt, machine, versions, rounds, stub, endToEnd, verdicts } = results;
  const sections = [`# Results\n\n${takenAt}, ${machine}, ${versions}; ${rounds}.`];
  if (verdicts.length > 0) sections.push(`## Goals\n\n${goalTable(verdicts)}`);
  if (stub.length > 0)
    sections.push(
      `## Cost without a network\n\nCPU nanoseconds a message, medians over the rounds; spans of one call in brackets.\n\n${stubTable(stub)}`,
    );
  if (endToEnd.length > 0)
    sections.push(`## Through a real broker\n\nMedians; the range of the ratios over the rounds in brackets.\n\n${flowTable(endToEnd)}`);
  return `${sections.join('\n\n')}\n`;
}

function goalTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ goal, library, limit, actual, met }) => [
    goal,
    library,
    limit.toFixed(3),
    actual.toFixed(3),
    met ? 'met' : '**missed**',
  ]);
  return table(['goal', 'library', 'limit', 'measured', ''], rows);
}

function stubTable(stub: readonly StubSeries[]): string {
  const header = [
    'case',
    'SDK',
    'bare call',
    'ours adds',
    'ours, global propagator, adds',
    'contrib adds',
    'ours / contrib',
    'range',
    'global / contrib',
  ];
  const rows = stub.filter(({ library }) => library === 'bare').map(({ name, mode, cost }) => stubRow(stub, name, mode, median(cost)));
  return table(header, rows);
}

function stubRow(stub: readonly StubSeries[], name: CaseName, mode: Mode, bare: number): string[] {
  const added = (library: Library): string => {
    const found = stub.find((one) => one.name === name && one.mode === mode && one.library === library);
    return found === undefined ? '' : `${Math.round(median(found.added))} (${found.spansPerCall})`;
  };
  const over = (library: Library): string =>
    ((addedCost(stub, name, mode, library) ?? NaN) / (addedCost(stub, name, mode, 'contrib') ?? NaN)).toFixed(3);
  const range = rangeOf(ratios(stub, name, mode));
  return [
    cases[name].title,
    mode,
    String(Math.round(bare)),
    added('ours'),
    added('ours-global'),
    added('contrib'),
    over('ours'),
    range,
    over('ours-global'),
  ];
}

function ratios(stub: readonly StubSeries[], name: CaseName, mode: Mode): number[] {
  const of = (library: Library): readonly number[] =>
    stub.find((one) => one.name === name && one.mode === mode && one.library === library)?.added ?? [];
  return of('ours').map((added, round) => added / (of('contrib')[round] ?? NaN));
}

function flowTable(endToEnd: readonly FlowSeries[]): string {
  const rows = endToEnd.map(({ flow, library, messagesPerSecond, ratio, cpu, batchSize }) => [
    flows[flow],
    library,
    String(Math.round(batchSize)),
    String(Math.round(median(messagesPerSecond))),
    `${median(ratio).toFixed(3)} (${rangeOf(ratio)})`,
    median(cpu).toFixed(2),
  ]);
  return table(['flow', 'library', 'messages a call', 'messages a second', 'over bare', 'CPU µs a message'], rows);
}

function rangeOf(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)}`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
