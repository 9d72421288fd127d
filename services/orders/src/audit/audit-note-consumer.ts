import { recordFailure, type InFlight, type Logger } from '@tracelink-demo/kit';
import type { EachMessagePayload } from 'kafkajs';
import { isOrderId } from '../order/order.ts';
import type { AuditNote, AuditNotes } from './audit-notes.ts';

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

/** Reads the value of a message of `audit.notes`; `undefined` when it is not a note. */
function auditNoteOf(value: Buffer | null): AuditNote | undefined {
  if (value === null) return undefined;
  let note: unknown;
  try {
    note = JSON.parse(value.toString());
  } catch {
    return undefined;
  }
  if (typeof note !== 'object' || note === null) return undefined;
  const { orderId, text, notedAt } = note as Readonly<Record<string, unknown>>;
  if (!isOrderId(orderId) || typeof text !== 'string' || typeof notedAt !== 'string') return undefined;
  if (Number.isNaN(Date.parse(notedAt))) return undefined;
  return { orderId, text, notedAt };
}
