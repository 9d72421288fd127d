import { propagation } from '@opentelemetry/api';
import type { BackgroundTasksOptions } from './background-tasks-options.ts';
import { contained } from './contain.ts';
import type { Ending, TaskRun } from './task-run.ts';

/** Gives a task that has not begun to the `spill` hook, in the task's context. Resolves with how that ended; never rejects. */
export async function spillTask(run: TaskRun, spill: NonNullable<BackgroundTasksOptions['spill']>): Promise<Ending> {
  const { name, traceId } = run;
  try {
    await run.inside()?.(async ({ input, context }) => {
      const headers: Record<string, string> = {};
      contained('writing headers', () => propagation.inject(context, headers));
      await spill({ name, input, headers, traceId });
    });
    run.accept();
    return { outcome: 'spilled' };
  } catch (error) {
    return { outcome: 'failed', error };
  }
}
