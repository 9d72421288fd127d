import { describePlan } from '../plan/describe.ts';
import { planOf } from '../plan/generate.ts';
import type { Violation } from '../judge/journal.ts';
import type { Plan } from '../plan/plan.ts';
import { PlanRunner } from './plan-runner.ts';
import type { Finished } from './search-seeds.ts';
import { shrink } from '../plan/shrink.ts';

/** How to explain a seed. */
export interface ExplainOptions {
  /** The file of the process that runs the plans. */
  readonly file: string;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

// The most runs of a failed plan until it fails again.
const repetitions = 3;

// Milliseconds.
const longestShrinking = 90_000;

/** The result of a failed seed that was run again, alone. */
export interface Explanation {
  readonly failsAgain: boolean;
  readonly lines: readonly string[];
}

/** Runs a failed seed again, shrinks it and describes the result, one line each. */
export async function explain({ seed, violations }: Finished, { file, signal, say }: ExplainOptions): Promise<Explanation> {
  const runner = new PlanRunner(file);
  signal.addEventListener('abort', () => runner.kill());
  try {
    const gravest = gravestKind(violations);
    const failsAlike = async (tried: Plan): Promise<boolean> => (await runner.run(tried)).violations.some(({ kind }) => kind === gravest);
    const plan = planOf(seed);
    say(`seed ${seed} fails: running it again`);
    let runs = 0;
    let again = false;
    while (!again && runs < repetitions) {
      runs++;
      again = await failsAlike(plan);
    }
    if (!again)
      return {
        failsAgain: false,
        lines: [`seed ${seed} did not fail again in ${runs} runs alone, and does not count. Its plan:`, ...describePlan(plan)],
      };
    say(`seed ${seed} fails again: shrinking its plan`);
    const small = await shrink(plan, failsAlike, { within: longestShrinking, atOnce: runner.atOnce });
    const { violations: left } = await runner.run(small);
    const lines = [
      `seed ${seed} fails again (run ${runs}). The smallest plan found that fails alike:`,
      ...describePlan(small),
      ...(left.length > 0 ? describeViolations(left) : ['It did not fail when it was run once more.']),
    ];
    return { failsAgain: true, lines };
  } finally {
    runner.kill();
  }
}

/** The most telling violation: many violations leave something undelivered, too. */
const byGravity: readonly Violation['kind'][] = [
  'harness',
  'frozen',
  'aborted',
  'told',
  'stray',
  'lost',
  'commit',
  'order',
  'health',
  'attempts',
  'spans',
  'unsettled',
  'undelivered',
];

function gravestKind(violations: readonly Violation[]): Violation['kind'] | undefined {
  return byGravity.find((grave) => violations.some(({ kind }) => kind === grave));
}

function describeViolations(violations: readonly Violation[]): readonly string[] {
  return violations.map(({ kind, text }) => `WRONG: ${kind}: ${text}`);
}
