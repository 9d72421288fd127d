import type { BackgroundTasksOptions, TaskFailure } from './background-tasks-options.ts';
import { complain } from './contain.ts';
import { errorMessage } from './error-text.ts';

/**
 * Tells `onError` that a task was not done, or whoever else listens. Resolves when it has been told; never rejects,
 * whatever `onError` does.
 */
export async function reportFailure(
  error: unknown,
  failure: TaskFailure,
  { onError, log }: Pick<BackgroundTasksOptions, 'onError' | 'log'>,
): Promise<void> {
  try {
    if (onError !== undefined) await onError(error, failure);
    else if (log !== undefined) await log.warn({ ...failure, err: error }, `Background task ${failure.outcome}: ${errorMessage(error)}`);
    else complain(`background task "${failure.name}" ${failure.outcome}, trace ${failure.traceId ?? 'none'}`, error);
  } catch (thrown) {
    complain('reporting a background task failed', thrown);
  }
}
