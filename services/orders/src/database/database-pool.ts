import type { Logger } from '@tracelink-demo/kit';
import pg from 'pg';

/** A pool that fails soon: 2 s for a connection, 3 s for an answer. An HTTP client waits behind these numbers. */
export function databasePool(connectionString: string, log: Logger): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 10, connectionTimeoutMillis: 2_000, query_timeout: 3_000 });
  // An idle connection that breaks is an 'error' event of the pool, which ends the process when it has no listener.
  pool.on('error', (error) => log.warn({ error }, 'A database connection broke'));
  return pool;
}
