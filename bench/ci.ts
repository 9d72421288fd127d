import { overContribGoals, subscribeGoals, type Measured, type Verdict } from './goals.ts';
import type { CaseName, Mode } from './measure/scenario.ts';
import { stubBytes } from './stub/stub-bytes.ts';
import { ciEffort, stubRounds } from './stub/stub-rounds.ts';
import { measureSubscribe } from './subscribe/subscribe-rounds.ts';

/** How many times its goal a ratio may be: on a machine that is not quiet it moves by half. */
const tolerance = 2;

/** The ratios that have a goal, in rounds that are just long enough to tell twice from once. */
export async function measureForCi(progress: (line: string) => void): Promise<Measured> {
  const names: readonly CaseName[] = ['send-1', 'send-100', 'each-message', 'each-batch-100'];
  const modes = Object.keys(overContribGoals) as Mode[];
  const stub = await stubRounds(
    {
      names,
      modesOf: (name) => modes.filter((mode) => overContribGoals[mode]?.[name] !== undefined),
      librariesOf: () => ['bare', 'ours-global', 'contrib'],
      // One slow process is no slow code.
      rounds: 3,
      effort: ciEffort,
    },
    progress,
  );
  const bytes = await stubBytes(progress);
  const subscribe = await measureSubscribe(Object.keys(subscribeGoals), 1, 60_000, progress);
  return { stub, bytes, subscribe, figures: [], endToEnd: [] };
}

/** What fails, in sentences; figures of this machine alone never do. */
export function ciFaults(found: readonly Verdict[]): readonly string[] {
  return found
    .filter(({ isComparison, ratio }) => isComparison && !(ratio <= tolerance))
    .map(({ goal, actual, limit, ratio }) => `${goal} is ${actual.toFixed(3)}, ${ratio.toFixed(1)} times its goal of ${limit}.`);
}
