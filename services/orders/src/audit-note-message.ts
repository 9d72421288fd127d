import type { AuditNote } from './audit-notes.ts';
import { isOrderId } from './order.ts';

/** Reads the value of a message of `audit.notes`; `undefined` when it is not a note. */
export function auditNoteOf(value: Buffer | null): AuditNote | undefined {
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
