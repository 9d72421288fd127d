import { recordFailure, type InFlight, type Logger } from '@tracelink-demo/kit';
import type { EachMessagePayload } from 'kafkajs';
import { auditNoteOf } from './audit-note-message.ts';
import type { AuditNotes } from './audit-notes.ts';

/** The dependencies of the consumer of spilled notes. */
export interface AuditNoteConsumerParts {
  readonly notes: AuditNotes;
  /** Tracks the message in flight. */
  readonly inFlight: InFlight;
  readonly log: Logger;
}

/**
 * The `eachMessage` of `audit.notes`: writes the notes beyond the backlog of the process that accepted their order. Safe to repeat.
 * A message that cannot be read is logged and skipped; a database that does not answer throws, so that Kafka delivers again.
 */
export function auditNoteConsumer({ notes, inFlight, log }: AuditNoteConsumerParts): (payload: EachMessagePayload) => Promise<void> {
  const handle = async ({ message }: EachMessagePayload): Promise<void> => {
    const note = auditNoteOf(message.value);
    if (note === undefined) {
      const error = new TypeError('The message is not an audit note');
      recordFailure(error);
      log.error({ error, offset: message.offset }, 'Message skipped');
      return;
    }
    await notes.write(note);
    log.info({ orderId: note.orderId }, 'Spilled audit note written');
  };
  return (payload) => inFlight.run(`${payload.topic}[${payload.partition}]@${payload.message.offset}`, () => handle(payload));
}
