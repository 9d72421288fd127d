import type { Logger } from '@tracelink-demo/kit';
import type { BackgroundTasks, BackgroundTasksOptions } from '@tracelink/context';
import { caller } from '../order/caller.ts';
import type { AuditNote, AuditNotes } from './audit-notes.ts';
import type { Order } from '../order/order.ts';

/** The dependencies of the audit. */
export interface AuditOrderParts {
  readonly tasks: BackgroundTasks;
  readonly notes: AuditNotes;
  readonly log: Logger;
}

/** Writes the audit's note of an order in the background of its request: the client does not wait for it. */
export function auditOrder({ tasks, notes, log }: AuditOrderParts): (order: Order) => void {
  const write = async ({ input }: { readonly input: AuditNote }): Promise<void> => {
    await notes.write(input);
    log.info({ orderId: input.orderId, caller: caller.get() }, 'Audit note written');
  };
  return ({ orderId, sku, quantity, placedAt }) => {
    tasks.run('audit note', write, { input: { orderId, text: `${quantity} of ${sku} ordered`, notedAt: placedAt } });
  };
}

/** The `onError` of the service's background tasks: one line for each failed task, in the trace of its request. */
export function reportTask(log: Logger): NonNullable<BackgroundTasksOptions['onError']> {
  return (error, { name, outcome }) => {
    log.error({ task: name, outcome, error }, error instanceof Error ? error.message : 'A background task failed');
  };
}
