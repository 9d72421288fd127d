import { InFlight, type Logger } from '@tracelink-demo/kit';
import { BackgroundTasks } from '@tracelink/context';
import type { AppParts } from '../../src/app.ts';
import { reportTask } from '../../src/report-task.ts';

/** What the app needs for its work beside the requests, for tests that are about something else: nothing is audited. */
export function detachedParts(log: Logger): Pick<AppParts, 'audit' | 'lateOrders' | 'inFlight'> {
  return { audit: () => {}, lateOrders: new BackgroundTasks({ onError: reportTask(log) }), inFlight: new InFlight() };
}
