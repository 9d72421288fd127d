import type { Pool, QueryResult } from 'pg';
import { isUnavailable } from './database-unavailable.ts';
import { OrdersError } from './orders-error.ts';

/** Runs one statement. */
export type Query = (text: string, values?: readonly unknown[]) => Promise<QueryResult>;

/**
 * Statements over a pool. They reject with `OrdersError` `database_unavailable` when the database cannot be reached or does
 * not answer in time, and with the driver's own error for anything else (a bug of ours, that is).
 */
export function databaseQuery(pool: Pool): Query {
  return async (text, values = []) => {
    try {
      return await pool.query(text, [...values]);
    } catch (cause) {
      if (!isUnavailable(cause)) throw cause;
      throw new OrdersError('database_unavailable', 'The database does not answer', { cause });
    }
  };
}
