import { overContribGoals, subscribeGoals, type Measured, type Verdict } from './goals.ts';
import { median } from './measure/median.ts';
import type { CaseName, Library, Mode } from './measure/scenario.ts';
import { stubBytes } from './stub/stub-bytes.ts';
import { ciEffort, costOf, type StubSeries } from './stub/stub-rounds.ts';
import { measureSubscribe, type SubscribeSeries } from './subscribe/subscribe-rounds.ts';

/** How many times its goal a ratio may be: on a machine that is not quiet it moves by half. */
const tolerance = 2;

/** A ratio that is further from the limit than this share of it needs no more rounds. */
const clear = 0.8;
const fewestRounds = 2;
const someRounds = 5;

/** A median that is as near to the limit as this needs all the rounds: of five, the machine's noise could put it on either side. */
const near = 0.15;
const mostRounds = 15;
const subscribeMessages = 60_000;

/** The ratios that have a goal, by runs that are just long enough to tell twice from once; a ratio near its limit has more rounds. */
export async function measureForCi(progress: (line: string) => void): Promise<Measured> {
  const stub = await stubs(progress);
  const bytes = await stubBytes(progress);
  const subscribe = await subscriptions(progress);
  return { stub, bytes, subscribe, figures: [], endToEnd: [] };
}

/**
 * Whether more rounds would tell nothing new. One slow process is no slow code, so a round that is near the limit asks for others, and the
 * median of all counts.
 *
 * @param ratios of each round so far, over the goal
 */
export function isClear(ratios: readonly number[]): boolean {
  if (ratios.length >= fewestRounds && ratios.every((ratio) => ratio <= clear * tolerance)) return true;
  if (ratios.length < someRounds) return false;
  return ratios.length >= mostRounds || Math.abs(median(ratios) / tolerance - 1) > near;
}

async function stubs(progress: (line: string) => void): Promise<StubSeries[]> {
  const series: StubSeries[] = [];
  const bare = new Map<CaseName, number>();
  for (const [mode, goals] of Object.entries(overContribGoals) as [Mode, Partial<Record<CaseName, number>>][]) {
    for (const [name, goal] of Object.entries(goals) as [CaseName, number][]) {
      progress(`${name}, ${mode}`);
      // What a bare call costs does not depend on the SDK, which it does not know, and is a tenth of what is compared.
      const base = bare.get(name) ?? (await costOf({ name, library: 'bare', mode, effort: ciEffort }));
      bare.set(name, base);
      series.push(...(await stubsOf(name, mode, goal, base)));
    }
  }
  return series;
}

/** Both libraries run at the same time: neighbours slow them alike. */
async function stubsOf(name: CaseName, mode: Mode, goal: number, bare: number): Promise<StubSeries[]> {
  const libraries = ['ours-global', 'contrib'] as const satisfies readonly Library[];
  const rounds: (readonly [ours: number, contrib: number])[] = [];
  while (!isClear(rounds.map(([ours, contrib]) => (ours - bare) / (contrib - bare) / goal))) {
    const [ours = NaN, contrib = NaN] = await Promise.all(libraries.map((library) => costOf({ name, library, mode, effort: ciEffort })));
    rounds.push([ours, contrib]);
  }
  return libraries.map((library, index) => {
    const cost = rounds.map((round) => round[index] as number);
    return { name, mode, library, cost, added: cost.map((each) => each - bare), spansPerCall: NaN };
  });
}

async function subscriptions(progress: (line: string) => void): Promise<SubscribeSeries[]> {
  const found = await measureSubscribe(Object.keys(subscribeGoals), 1, subscribeMessages, progress);
  const unclear = found.filter(({ name, ofBare }) => {
    const goal = subscribeGoals[name];
    return goal !== undefined && !(goal / median(ofBare) <= clear * tolerance);
  });
  if (unclear.length === 0) return found;
  const again = await measureSubscribe(
    unclear.map(({ name }) => name),
    someRounds,
    subscribeMessages,
    progress,
  );
  return found.map((one) => again.find(({ name }) => name === one.name) ?? one);
}

/** What fails, in sentences; figures of this machine alone never do. */
export function ciFaults(found: readonly Verdict[]): readonly string[] {
  return found
    .filter(({ isComparison, ratio }) => isComparison && !(ratio <= tolerance))
    .map(({ goal, actual, limit, ratio }) => `${goal} is ${actual.toFixed(3)}, ${ratio.toFixed(1)} times its goal of ${limit}.`);
}
