import type { Logger } from '@tracelink-demo/kit';
import pg from 'pg';

/** A pool that gives up soon: 2 s for a connection, 3 s for an answer. Who waits for an HTTP answer is behind these numbers. */
export function databasePool(connectionString: string, log: Logger): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 10, connectionTimeoutMillis: 2_000, query_timeout: 3_000 });
  // An idle connection that breaks is an 'error' event of the pool, and without a listener the end of the process.
  pool.on('error', (error) => log.warn({ error }, 'A database connection broke'));
  return pool;
}
