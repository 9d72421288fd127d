import { setTimeout as pause } from 'node:timers/promises';
import type { Violation } from '../judge/journal.ts';
import type { Plan } from '../plan/plan.ts';
import { runPlan, strayViolations } from './run-plan.ts';
import { catchStrayErrors, type StrayErrors } from '../judge/stray-errors.ts';

/** The requests to a process that runs plans. */
export type ToChild = { readonly run: number; readonly plan: Plan } | 'end';

/** Its responses; `alive` repeatedly, so that a frozen process is noticed. */
export type FromChild =
  | 'alive'
  | { readonly run: number; readonly sent: number; readonly violations: readonly Violation[] }
  /** Violations after a plan's end. */
  | { readonly late: number; readonly violations: readonly Violation[] };

// Milliseconds after the last plan in which left-overs show: no wait in a plan is longer.
const aftermath = 1_500;

const strays = new Map<number, { readonly errors: StrayErrors; readonly known: number }>();

function answer(message: FromChild): void {
  if (process.connected) process.send?.(message);
}

catchStrayErrors();
// Ctrl-C is for the parent.
process.on('SIGINT', () => {});
answer('alive');
setInterval(() => answer('alive'), 500).unref();
process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToChild) => void (message === 'end' ? end() : run(message)));

async function run({ run: id, plan }: Exclude<ToChild, string>): Promise<void> {
  const { sent, violations, strays: errors } = await runPlan(plan);
  strays.set(id, { errors, known: errors.texts.length });
  answer({ run: id, sent, violations });
}

async function end(): Promise<void> {
  await pause(aftermath);
  for (const [late, { errors, known }] of strays) {
    const violations = strayViolations(errors).slice(known);
    if (violations.length > 0) answer({ late, violations });
  }
  process.disconnect();
}
