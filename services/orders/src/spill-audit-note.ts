import type { BackgroundTasksOptions } from '@tracelink/context';
import type { Producer } from 'kafkajs';
import type { AuditNote } from './audit-notes.ts';
import { connectOnce } from './connect-once.ts';

/**
 * The `spill` of the audit's tasks: puts a note that there is no room for on a topic, where a consumer finds it. It goes with
 * the headers of its task, so that it is finished in the trace of its order.
 */
export function spillAuditNote(producer: Producer, topic: string): NonNullable<BackgroundTasksOptions['spill']> {
  const connected = connectOnce(producer);
  return async ({ input, headers }) => {
    const note = input as AuditNote;
    await connected();
    await producer.send({ topic, messages: [{ key: note.orderId, value: JSON.stringify(note), headers: { ...headers } }] });
  };
}
