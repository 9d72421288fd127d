import type { Cost } from '../../measure/cost.ts';
import { median } from '../../measure/median.ts';
import { cases, clientNames, type CaseName } from '../cases.ts';
import { find, type Series, type Turn } from '../rounds.ts';

/** What tracelink may add to the bare client's CPU, of what the other instrumentation adds. */
const goals = { 'send-1': 0.6, 'send-100': 0.15, consume: 0.6 } as const satisfies Partial<Record<CaseName, number>>;

/** The median of the rounds' own ratios; `undefined` where a way of the three was not measured. */
export function addedOverTheirs(series: readonly Series[], { case: name, client }: Pick<Turn, 'case' | 'client'>): number | undefined {
  const [bare, ours, theirs] = (['bare', 'traced', 'peer'] as const).map((way) => find(series, { case: name, client, way })?.costs);
  if (bare === undefined || ours === undefined || theirs === undefined) return undefined;
  return median(bare.map((cost, round) => ratioOf(cost, ours[round], theirs[round])));
}

/** A line for each client and case that has a goal, of those that were measured. */
export function addedGoalsOf(series: readonly Series[]): readonly string[] {
  return Object.entries(goals).flatMap(([key, goal]) => {
    const name = key as keyof typeof goals;
    return clientNames.flatMap((client) => {
      const measured = addedOverTheirs(series, { case: name, client });
      if (measured === undefined) return [];
      const verdict = measured <= goal ? 'met' : '**missed**';
      return [`${cases[name].title}, ${client}, added cost of ours over theirs: ${measured.toFixed(2)}, at most ${goal}: ${verdict}`];
    });
  });
}

/** A round in which theirs added nothing tells nothing of theirs: it counts against ours, and not as a ratio below nought. */
function ratioOf(bare: Cost, ours: Cost | undefined, theirs: Cost | undefined): number {
  const [added, addedByThem] = [ours, theirs].map((cost) => (cost?.cpu ?? NaN) - bare.cpu) as [number, number];
  return addedByThem > 0 ? added / addedByThem : Infinity;
}
