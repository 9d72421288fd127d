import type { BackgroundTasksOptions } from '@tracelink/context';
import type { Producer } from 'kafkajs';
import type { AuditNote } from './audit-notes.ts';
import { connectOnce } from '../broker/connect-once.ts';

/**
 * The `spill` of the audit's tasks: sends a note beyond the backlog to a topic, where a consumer reads it. It has
 * the headers of its task, so that it is written in the trace of its order.
 */
export function spillAuditNote(producer: Producer, topic: string): NonNullable<BackgroundTasksOptions['spill']> {
  const connected = connectOnce(producer);
  return async ({ input, headers }) => {
    const note = input as AuditNote;
    await connected();
    await producer.send({ topic, messages: [{ key: note.orderId, value: JSON.stringify(note), headers: { ...headers } }] });
  };
}
