import { overContribGoals, subscribeGoals, type Measured, type Verdict } from './goals.ts';
import type { CaseName, Library, Mode } from './measure/scenario.ts';
import { stubBytes } from './stub/stub-bytes.ts';
import { ciEffort, costOf, type StubSeries } from './stub/stub-rounds.ts';
import { measureSubscribe } from './subscribe/subscribe-rounds.ts';

/** How many times its goal a ratio may be: on a machine that is not quiet it moves by half. */
const tolerance = 2;

/** One slow process is no slow code: of three, the fastest counts. */
const rounds = 3;

/** The ratios that have a goal, by runs that are just long enough to tell twice from once. */
export async function measureForCi(progress: (line: string) => void): Promise<Measured> {
  const stub = await fastestStubs(progress);
  const bytes = await stubBytes(progress);
  const subscribe = await measureSubscribe(Object.keys(subscribeGoals), 1, 60_000, progress);
  return { stub, bytes, subscribe, figures: [], endToEnd: [] };
}

async function fastestStubs(progress: (line: string) => void): Promise<StubSeries[]> {
  const series: StubSeries[] = [];
  const bare = new Map<CaseName, number>();
  for (const [mode, goals] of Object.entries(overContribGoals) as [Mode, object][]) {
    for (const name of Object.keys(goals) as CaseName[]) {
      progress(`${name}, ${mode}`);
      // What a bare call costs does not depend on the SDK, which it does not know.
      const known = bare.get(name);
      const found = await fastestOf(name, mode, known === undefined ? ['bare', 'ours-global', 'contrib'] : ['ours-global', 'contrib']);
      const base = known ?? found.get('bare') ?? NaN;
      bare.set(name, base);
      for (const [library, cost] of found) series.push({ name, mode, library, cost: [cost], added: [cost - base], spansPerCall: NaN });
    }
  }
  return series;
}

/** What the fastest process of each library needs for a message. All run at the same time: neighbours slow them alike. */
async function fastestOf(name: CaseName, mode: Mode, libraries: readonly Library[]): Promise<ReadonlyMap<Library, number>> {
  const found = new Map<Library, number>();
  for (let round = 0; round < rounds; round++) {
    const measured = await Promise.all(libraries.map((library) => costOf({ name, library, mode, effort: ciEffort })));
    for (const [index, library] of libraries.entries())
      found.set(library, Math.min(found.get(library) ?? Infinity, measured[index] ?? NaN));
  }
  return found;
}

/** What fails, in sentences; figures of this machine alone never do. */
export function ciFaults(found: readonly Verdict[]): readonly string[] {
  return found
    .filter(({ isComparison, ratio }) => isComparison && !(ratio <= tolerance))
    .map(({ goal, actual, limit, ratio }) => `${goal} is ${actual.toFixed(3)}, ${ratio.toFixed(1)} times its goal of ${limit}.`);
}
