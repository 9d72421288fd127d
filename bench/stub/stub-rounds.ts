import { median } from '../measure/median.ts';
import type { Effort } from '../measure/measure.ts';
import { runChild } from '../measure/run-child.ts';
import { cases, type CaseName, type Contender, type Mode } from '../measure/scenario.ts';
import type { StubAnswer, StubTask } from './stub-child.ts';

/** What one library did in one case and mode: one value a round, in nanoseconds a message. */
export interface StubSeries {
  readonly name: CaseName;
  readonly mode: Mode;
  readonly library: Contender;
  /** CPU nanoseconds a message, the whole call. */
  readonly cost: readonly number[];
  /** CPU nanoseconds a message over the bare call of the same round. */
  readonly added: readonly number[];
  /** Recorded spans of one call. */
  readonly spansPerCall: number;
}

/** What a run without a network measures, and how carefully. */
export interface StubPlan {
  readonly names: readonly CaseName[];
  readonly modesOf: (name: CaseName) => readonly Mode[];
  readonly contendersOf: (name: CaseName, mode: Mode) => readonly Contender[];
  readonly rounds: number;
  readonly effort: Effort;
}

/** Shows that everything runs, and little more. */
export const quickEffort: Effort = { warmUp: 60, sample: 5, samples: 5 };
/** Enough for ratios that may be twice what they should be; with 450 ms our paths were half compiled. */
export const ciEffort: Effort = { warmUp: 700, sample: 10, samples: 7 };
/** Half a second of calls is what the longer of the measured paths needs until its cost stays the same. */
export const fullEffort: Effort = { warmUp: 700, sample: 20, samples: 9 };

/**
 * Measures each case and mode. A round goes through all libraries before the next one starts, so that whatever else the machine does hits
 * them alike.
 */
export async function stubRounds(plan: StubPlan, progress: (line: string) => void): Promise<StubSeries[]> {
  const series: StubSeries[] = [];
  for (const name of plan.names) {
    for (const mode of plan.modesOf(name)) {
      const answers = new Map<Contender, StubAnswer[]>(plan.contendersOf(name, mode).map((library) => [library, []]));
      for (let round = 0; round < plan.rounds; round++) {
        progress(`${name}, ${mode}: round ${round + 1} of ${plan.rounds}`);
        for (const [library, ofLibrary] of answers) {
          const task: StubTask = { name, library, mode, effort: plan.effort };
          ofLibrary.push(await runChild<StubAnswer>('stub/stub-child.ts', task));
        }
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

/** What one process measures of a task: nanoseconds a message, the whole call. */
export async function costOf(task: StubTask): Promise<number> {
  const { nanoseconds } = await runChild<StubAnswer>('stub/stub-child.ts', task);
  return nanoseconds / cases[task.name].messages;
}

function costs(name: CaseName, answers: readonly StubAnswer[]): number[] {
  return answers.map(({ nanoseconds }) => nanoseconds / cases[name].messages);
}

/** For each round, what `library` adds to a bare call over what contrib adds; none when one of them was not measured. */
export function overContrib(series: readonly StubSeries[], name: CaseName, mode: Mode, library: Contender): readonly number[] {
  const addedBy = (wanted: Contender): readonly number[] | undefined =>
    series.find((one) => one.name === name && one.mode === mode && one.library === wanted)?.added;
  const contrib = addedBy('contrib');
  if (contrib === undefined) return [];
  return (addedBy(library) ?? []).map((added, round) => added / (contrib[round] ?? NaN));
}
