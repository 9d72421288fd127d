import { traceId } from '@tracelink/context';
import type { Pool } from 'pg';
import { databaseQuery, type Query } from '../database/database-query.ts';

/** An audit note of an order: plain data, so that another process can write it. */
export interface AuditNote {
  readonly orderId: string;
  readonly text: string;
  /** When it happened, not when it was written; ISO 8601 in UTC. */
  readonly notedAt: string;
}

/** The audit's notes in Postgres, one for each order. Its methods reject as {@link databaseQuery} does. */
export class AuditNotes {
  readonly #query: Query;

  constructor(pool: Pool) {
    this.#query = databaseQuery(pool);
  }

  /** Creates the table when it is missing. */
  async prepare(): Promise<void> {
    await this.#query(`CREATE TABLE IF NOT EXISTS audit_notes (
      order_id uuid PRIMARY KEY,
      note text NOT NULL,
      noted_at timestamptz NOT NULL,
      trace_id text
    )`);
  }

  /** Writes a note with the id of the active trace. A second note for the same order changes nothing. */
  async write({ orderId, text, notedAt }: AuditNote): Promise<void> {
    await this.#query('INSERT INTO audit_notes (order_id, note, noted_at, trace_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [
      orderId,
      text,
      notedAt,
      traceId() ?? null,
    ]);
  }
}
