import { flows, type FlowSeries } from './end-to-end/end-to-end.ts';
import { figures, type FigureSeries } from './figures/figures.ts';
import type { Measured, Verdict } from './goals.ts';
import { median } from './measure/median.ts';
import { cases, type CaseName, type Contender, type Mode } from './measure/scenario.ts';
import type { BytesSeries } from './stub/stub-bytes.ts';
import { overContrib, type StubSeries } from './stub/stub-rounds.ts';
import { subscribeTable } from './subscribe/subscribe-rounds.ts';

/** Where and when a run was made. */
interface Circumstances {
  readonly takenAt: string;
  readonly machine: string;
  readonly versions: string;
  readonly rounds: string;
}

/** All that one run measured; `results.json` is this. */
export interface Results extends Circumstances, Measured {
  readonly verdicts: readonly Verdict[];
}

/** The run as Markdown: goals first, then every figure. */
export function report(results: Results): string {
  const { takenAt, machine, versions, rounds, stub, bytes, subscribe, figures: single, endToEnd, verdicts } = results;
  const sections = [`# Results\n\n${takenAt}, ${machine}, ${versions}; ${rounds}.`];
  const add = (title: string, note: string, rows: readonly unknown[], made: () => string): void => {
    if (rows.length > 0) sections.push(`## ${title}\n\n${note === '' ? '' : `${note}\n\n`}${made()}`);
  };
  add('Goals', 'The ratio is figure over goal, or goal over figure where more is better: above 1 the goal is missed.', verdicts, () =>
    goalTable(verdicts),
  );
  add(
    'Cost without a network',
    'CPU nanoseconds a message; spans of one call in brackets. By hand is one message of this benchmark traced with the same spans and no more.',
    stub,
    () => stubTable(stub),
  );
  add('Bytes allocated', 'Bytes a message over the bare call, sampled.', bytes, () => bytesTable(bytes));
  add('A subscription', 'A message, with a handler that does nothing; ratios above 1 are faster than bare.', subscribe, () =>
    table(['way', 'main thread', 'of bare', 'process', 'by the clock', 'of bare'], subscribeTable(subscribe)),
  );
  add('Single figures', 'Each of a process of its own.', single, () => figureTable(single));
  add(
    'Through Apache Kafka',
    'The range of the ratios over the rounds in brackets. Bare sends the same headers as ours; consumers read the same topic.',
    endToEnd,
    () => flowTable(endToEnd),
  );
  return `${sections.join('\n\n')}\n`;
}

/** Goal, figure and ratio. */
export function goalTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ goal, sense, limit, actual, ratio }) => [
    goal,
    `${sense} ${limit.toLocaleString('en')}`,
    number(actual),
    ratio.toFixed(2),
    ratio <= 1 ? 'met' : '**missed**',
  ]);
  return table(['goal', 'limit', 'measured', 'ratio', ''], rows);
}

function bytesTable(bytes: readonly BytesSeries[]): string {
  return table(
    ['case', 'library', 'bytes'],
    bytes.map(({ name, library, added }) => [cases[name].title, library, number(added)]),
  );
}

function figureTable(single: readonly FigureSeries[]): string {
  const rows = single.map(({ name, values }) => [
    figures[name].title,
    number(median(values)),
    `${number(Math.min(...values))}–${number(Math.max(...values))}`,
  ]);
  return table(['figure', 'median', 'range'], rows);
}

function number(value: number): string {
  return value < 10 ? value.toFixed(3) : value.toLocaleString('en', { maximumFractionDigits: value < 1_000 ? 1 : 0 });
}

function stubTable(stub: readonly StubSeries[]): string {
  const header = [
    'case',
    'SDK',
    'bare call',
    'ours adds',
    'ours, global propagator, adds',
    'contrib adds',
    'by hand adds',
    'ours / contrib',
    'global / contrib',
    'by hand / contrib',
  ];
  const rows = stub.filter(({ library }) => library === 'bare').map(({ name, mode, cost }) => stubRow(stub, name, mode, median(cost)));
  return table(header, rows);
}

function stubRow(stub: readonly StubSeries[], name: CaseName, mode: Mode, bare: number): string[] {
  const added = (library: Contender): string => {
    const found = stub.find((one) => one.name === name && one.mode === mode && one.library === library);
    return found === undefined ? '' : `${Math.round(median(found.added))} (${found.spansPerCall})`;
  };
  const over = (library: Contender): string => {
    const ratios = overContrib(stub, name, mode, library);
    return ratios.length === 0 ? '' : `${median(ratios).toFixed(3)} (${rangeOf(ratios)})`;
  };
  return [
    cases[name].title,
    mode,
    String(Math.round(bare)),
    added('ours'),
    added('ours-global'),
    added('contrib'),
    added('by-hand'),
    over('ours'),
    over('ours-global'),
    over('by-hand'),
  ];
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
