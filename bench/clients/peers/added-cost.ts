import { median } from '../../measure/median.ts';
import { cases, clientNames, type CaseName } from '../cases.ts';
import { find, type Series, type Turn } from '../rounds.ts';

/**
 * What tracelink may add to the CPU of the bare client's main thread, of what the other instrumentation adds. Threads of librdkafka and of
 * the collector take turns that tell nothing of the code around the client, and move more than that adds.
 */
const goals = { 'send-1': 0.6, 'send-100': 0.15, consume: 0.6 } as const satisfies Partial<Record<CaseName, number>>;

/**
 * What ours adds over what theirs adds, each the median of what the rounds added to the bare client of the same round: where single rounds
 * add a tenth more or less, the ratio of one says little. `undefined` where a way of the three was not measured.
 */
export function addedOverTheirs(series: readonly Series[], { case: name, client }: Pick<Turn, 'case' | 'client'>): number | undefined {
  const bare = find(series, { case: name, client, way: 'bare' });
  const [ours, theirs] = (['traced', 'peer'] as const).map((way) => addedTo(bare, find(series, { case: name, client, way })));
  if (ours === undefined || theirs === undefined) return undefined;
  // Theirs may add nothing that can be told from nothing: that counts against ours, and not as a ratio below nought.
  return theirs > 0 ? ours / theirs : Infinity;
}

function addedTo(bare: Series | undefined, way: Series | undefined): number | undefined {
  if (bare === undefined || way === undefined) return undefined;
  return median(way.costs.map(({ main }, round) => main - (bare.costs[round]?.main ?? NaN)));
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
