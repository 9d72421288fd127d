import { median } from '../measure/median.ts';
import type { Effort } from '../measure/measure.ts';
import { runChild } from '../measure/run-child.ts';
import { cases, libraries, modesOf, type CaseName, type Library, type Mode } from '../measure/scenario.ts';
import type { StubAnswer, StubTask } from './stub-child.ts';

/** What one library did in one case and mode: one value a round, in nanoseconds a message. */
export interface StubSeries {
  readonly name: CaseName;
  readonly mode: Mode;
  readonly library: Library;
  /** CPU nanoseconds a message, the whole call. */
  readonly cost: readonly number[];
  /** CPU nanoseconds a message over the bare call of the same round. */
  readonly added: readonly number[];
  /** Recorded spans of one call. */
  readonly spansPerCall: number;
}

/** Shows that everything runs, and little more. */
export const quickEffort: Effort = { warmUp: 60, sample: 5, samples: 5 };
/** Half a second of calls is what the longer of the measured paths needs until its cost stays the same. */
export const fullEffort: Effort = { warmUp: 700, sample: 20, samples: 9 };

/**
 * Measures every library in each case and mode. A round goes through all libraries before the next one starts, so that whatever
 * else the machine does hits them alike.
 */
export async function stubRounds(
  names: readonly CaseName[],
  rounds: number,
  effort: Effort,
  progress: (line: string) => void,
): Promise<StubSeries[]> {
  const series: StubSeries[] = [];
  for (const name of names) {
    for (const mode of modesOf(name)) {
      const answers = new Map<Library, StubAnswer[]>(libraries.map((library) => [library, []]));
      for (let round = 0; round < rounds; round++) {
        progress(`${name}, ${mode}: round ${round + 1} of ${rounds}`);
        for (const [library, ofLibrary] of answers)
          ofLibrary.push(await runChild<StubAnswer>('stub/stub-child.ts', { name, library, mode, effort } satisfies StubTask));
      }
      const bare = costs(name, answers.get('bare') ?? []);
      for (const [library, ofLibrary] of answers) {
        const cost = costs(name, ofLibrary);
        const added = cost.map((nanoseconds, round) => nanoseconds - (bare[round] ?? NaN));
        series.push({ name, mode, library, cost, added, spansPerCall: median(ofLibrary.map(({ spansPerCall }) => spansPerCall)) });
      }
    }
  }
  return series;
}

function costs(name: CaseName, answers: readonly StubAnswer[]): number[] {
  return answers.map(({ nanoseconds }) => nanoseconds / cases[name].messages);
}

/** The median over the rounds of what `library` adds to a bare call, in nanoseconds a message; `undefined` when not measured. */
export function addedCost(series: readonly StubSeries[], name: CaseName, mode: Mode, library: Library): number | undefined {
  const found = series.find((one) => one.name === name && one.mode === mode && one.library === library);
  return found && median(found.added);
}
