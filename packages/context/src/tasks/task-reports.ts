import { errorMessage } from '../errors/thrown-value.ts';
import { guardCallback, logError } from '../errors/diagnostics.ts';
import type { TaskOutcome, TaskSummary } from './background-task.ts';
import type { BackgroundTasksOptions, TaskFailure, TaskLog } from './background-tasks-options.ts';

/** What became of the tasks that had not ended when the drain began, and of those that came after. */
export interface DrainReport {
  readonly finished: number;
  /** Tasks that failed or gave up after their own timeout; each was given to `onError`. */
  readonly failed: number;
  /** Tasks whose input `spill` took. */
  readonly spilled: number;
  /** Tasks that were refused because they came after the drain had begun. */
  readonly rejected: number;
  /** The tasks that were not done: still in flight at the end, given up because of the drain, or never begun. */
  readonly abandoned: readonly TaskSummary[];
  /** Milliseconds that the drain took. */
  readonly durationMs: number;
}

// A line of a log has a length limit in most places; the report itself names all.
const listed = 100;

/** Counts the endings of a drain. */
export class DrainTally {
  readonly #startedAt = performance.now();
  readonly #abandoned: TaskSummary[] = [];
  readonly #counts = { finished: 0, failed: 0, spilled: 0, rejected: 0 };

  add(outcome: TaskOutcome, summary: () => TaskSummary): void {
    if (outcome === 'abandoned') this.#abandoned.push(summary());
    else this.#counts[outcome === 'timed_out' ? 'failed' : outcome]++;
  }

  report(): DrainReport {
    return { ...this.#counts, abandoned: [...this.#abandoned], durationMs: Math.round(performance.now() - this.#startedAt) };
  }
}

/**
 * Writes the report as one line: a warning when something was not done, with the first 100 abandoned tasks. Never rejects,
 * whatever the log does.
 */
export async function logReport({ abandoned, ...counts }: DrainReport, log: TaskLog): Promise<void> {
  const fields = { ...counts, abandoned: abandoned.length, abandonedTasks: abandoned.slice(0, listed) };
  const level = counts.failed + counts.rejected + abandoned.length === 0 ? 'info' : 'warn';
  await guardCallback('logging the drain', () => log[level](fields, 'Background tasks drained'), log);
}

/**
 * Tells `onError` that a task was not done; without it `log`, and without both `diag`. Resolves when it has been told; never rejects,
 * whatever `onError` does.
 *
 * @param options those of the task's `BackgroundTasks`, which count what they log for themselves
 */
export async function reportFailure(
  error: unknown,
  failure: TaskFailure,
  options: Pick<BackgroundTasksOptions, 'onError' | 'log'>,
): Promise<void> {
  const { onError, log } = options;
  const { name, traceId, outcome } = failure;
  const report = (): unknown => {
    if (onError !== undefined) return onError(error, failure);
    if (log !== undefined) return log.warn({ ...failure, err: error }, `Background task ${outcome}: ${errorMessage(error)}`);
    return logError(`background task "${name}" ${outcome}`, error, { owner: options, detail: `, trace ${traceId ?? 'none'}` });
  };
  await guardCallback('reporting a background task', report, options);
}
