import type { BackgroundTasks } from '@tracelink/context';
import type { Closable } from './shutdown.ts';

/** Background tasks as a part of the shutdown: they get most of the stage's time, and a quarter of it to end once aborted. */
export function drainedTasks(name: string, tasks: BackgroundTasks): Closable {
  return {
    name,
    async close(timeout) {
      // Less than the whole: the stage's own timer must not end before the report that names the tasks.
      const { abandoned, finished, failed, spilled, rejected } = await tasks.drain({
        timeout: Math.floor(timeout * 0.65),
        grace: Math.floor(timeout * 0.25),
      });
      return { tasks: { finished, failed, spilled, rejected }, ...(abandoned.length === 0 ? {} : { abandoned }) };
    },
    inFlight: () => tasks.running(),
  };
}
