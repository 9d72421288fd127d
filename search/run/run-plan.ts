import type { Violation } from '../judge/journal.ts';
import { finish } from '../scene/finish.ts';
import { perform } from '../scene/perform.ts';
import type { Plan } from '../plan/plan.ts';
import { Scene } from '../scene/scene.ts';
import { collectingStrays, StrayErrors } from '../judge/stray-errors.ts';

/** The result of a plan. */
export interface PlanOutcome {
  readonly violations: readonly Violation[];
  /** How many records were sent. */
  readonly sent: number;
  /** Uncaught errors; more may come for a while after the end. */
  readonly strays: StrayErrors;
}

/** Runs a plan on its own brokers, and judges it. */
export function runPlan(plan: Plan): Promise<PlanOutcome> {
  const strays = new StrayErrors();
  return collectingStrays(strays, () => run(plan, strays));
}

const closing = 5_000;

// Milliseconds in which everything ends, whatever its own limits are.
const longest = 45_000;

async function run({ setup, steps }: Plan, strays: StrayErrors): Promise<PlanOutcome> {
  const scene = await Scene.open(setup);
  const { journal, ledger } = scene;
  let doing = 'nothing';
  const everything = async (): Promise<void> => {
    for (const [index, step] of steps.entries()) {
      doing = `step ${index + 1}, ${step.do}`;
      await perform(scene, step);
    }
    doing = 'the end';
    await finish(scene);
  };
  try {
    await scene.inTime(everything(), longest, () => `the plan, which is at ${doing},`);
  } catch (error) {
    journal.wrong('harness', `${doing}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  await scene.inTime(scene.close(), closing, () => 'closing the brokers');
  return { violations: [...ledger.close(), ...strayViolations(strays)], sent: ledger.size, strays };
}

/** Uncaught errors so far. */
export function strayViolations(strays: StrayErrors): readonly Violation[] {
  return strays.texts.map((text) => ({ kind: 'stray', text: `uncaught: ${text}` }));
}
