import type { Logger } from '@tracelink-demo/kit';
import type { BackgroundTasksOptions } from '@tracelink/context';

/** The `onError` of the service's background tasks: one line for each failed task, in the trace of its request. */
export function reportTask(log: Logger): NonNullable<BackgroundTasksOptions['onError']> {
  return (error, { name, outcome }) => {
    log.error({ task: name, outcome, error }, error instanceof Error ? error.message : 'A background task failed');
  };
}
