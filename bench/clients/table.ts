import type { Cost } from '../measure/cost.ts';
import { median } from '../measure/median.ts';
import { caseNames, cases, clientNames, ways } from './cases.ts';
import { addedGoalsOf, addedOverTheirs } from './peers/added-cost.ts';
import { find, turnsOf, type Series } from './rounds.ts';

const header = [
  'case',
  'client',
  'way',
  'CPU, µs',
  'main thread, µs',
  'a second',
  'CPU of bare',
  'clock of bare',
  'CPU of kafkajs',
  'clock of kafkajs',
];

/** Where they were measured beside the instrumentations of others. */
const peerHeader = 'added cost of ours over theirs';

/** Messages a second, sent on by `subscribe` on Platformatic's client, over those of kafkajs. */
const forwardGoal = 1.3;

/** The series as Markdown. Ratios are medians of each round's own: of the CPU below 1 is cheaper, of the clock above 1 is faster. */
export function tableOf(series: readonly Series[]): string {
  const rows = turnsOf(0, clientNames, caseNames, ways).flatMap((turn) => find(series, turn) ?? []);
  const hasPeers = rows.some(({ way }) => way === 'peer');
  const head = hasPeers ? [...header, peerHeader] : header;
  const cellsOf = (one: Series): readonly string[] => [...columnsOf(one, series), ...(hasPeers ? [overTheirs(one, series)] : [])];
  const lines = [head, head.map(() => '---'), ...rows.map(cellsOf)];
  const goals = [...forwardGoalsOf(series), ...addedGoalsOf(series)];
  return `${lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('')}${goals.map((line) => `\n${line}\n`).join('')}`;
}

function columnsOf(one: Series, series: readonly Series[]): readonly string[] {
  return [
    cases[one.case].title,
    one.client,
    one.way,
    ...(['cpu', 'main'] as const).map((of) => median(one.costs.map((cost) => cost[of])).toFixed(1)),
    Math.round(median(one.costs.map(({ rate }) => rate))).toLocaleString('en'),
    ...ratios(one, one.way === 'bare' ? undefined : find(series, { ...one, way: 'bare' })),
    ...ratios(one, one.client === 'kafkajs' ? undefined : find(series, { ...one, client: 'kafkajs' })),
  ];
}

function overTheirs(one: Series, series: readonly Series[]): string {
  return (one.way === 'traced' ? addedOverTheirs(series, one)?.toFixed(2) : undefined) ?? '';
}

function forwardGoalsOf(series: readonly Series[]): readonly string[] {
  return (['forward', 'forward-32', 'forward-128'] as const).flatMap((name) => {
    const [one, other] = (['platformatic', 'kafkajs'] as const).map((client) => find(series, { case: name, client, way: 'subscribe' }));
    if (one === undefined || other === undefined) return [];
    const measured = median(ratiosOf(one, other, 'rate'));
    const verdict = measured >= forwardGoal ? 'met' : '**missed**';
    return [`${cases[name].title}, Platformatic’s over kafkajs, by the clock: ${measured.toFixed(2)}, at least ${forwardGoal}: ${verdict}`];
  });
}

function ratios(one: Series, other: Series | undefined): readonly string[] {
  if (other === undefined) return ['', ''];
  return (['cpu', 'rate'] as const).map((of) => median(ratiosOf(one, other, of)).toFixed(2));
}

function ratiosOf(one: Series, other: Series, of: keyof Cost): readonly number[] {
  return one.costs.map((cost, round) => cost[of] / (other.costs[round]?.[of] ?? NaN));
}
