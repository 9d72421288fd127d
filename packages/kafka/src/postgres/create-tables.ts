import type { PgQueryable } from './pg-client.ts';

/**
 * Runs `CREATE … IF NOT EXISTS` statements. Two sessions that do that at the same time fail in Postgres' own catalog, so they
 * take turns: the statements are one transaction, as several in one query are, under a lock that ends with it.
 */
export async function createTables(pg: PgQueryable, statements: string): Promise<void> {
  // 0x747261636b is "track": one lock for all tables of this package.
  await pg.query(`SELECT pg_advisory_xact_lock(${0x747261636b}); ${statements}`);
}
