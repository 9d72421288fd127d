import type { Pool, QueryResult } from 'pg';
import { databaseError } from './database-unavailable.ts';

/** Runs one statement. */
export type Query = (text: string, values?: readonly unknown[]) => Promise<QueryResult>;

/** Statements over a pool. They reject as {@link databaseError} says. */
export function databaseQuery(pool: Pool): Query {
  return async (text, values = []) => {
    try {
      return await pool.query(text, [...values]);
    } catch (error) {
      throw databaseError(error);
    }
  };
}
