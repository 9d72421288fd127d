import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { hasMethods, type Rule } from '../core/option-rules.ts';

/** The part of a `pg` result that this package reads. */
export interface PgResult {
  /** The rows, by column name. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** The number of rows that the statement affected; `null` when it affected none. */
  readonly rowCount: number | null;
  /** The command tag. A `COMMIT` of a transaction that had failed answers `ROLLBACK`. */
  readonly command: string;
}

/** Runs statements: a pool or a client of `pg`, or of a driver with its shape. */
export interface PgQueryable {
  query(text: string, values?: unknown[]): Promise<PgResult>;
}

/** A client of a pool. */
export interface PgClient extends PgQueryable {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'notification', listener: () => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  /** @param destroy whether the connection is closed instead of returned to the pool */
  release(destroy?: boolean): void;
}

/** A pool of `pg`, or of its shape. The package does not depend on `pg`: the pool is the caller's, with its settings. */
export interface PgPool extends PgQueryable {
  connect(): Promise<PgClient>;
}

/** @throws {KafkaTracingError} `not_a_client`: `caller` was given something else than a pool */
export function checkPool(caller: string, pool: unknown): void {
  if (!hasMethods(pool, 'query', 'connect')) throw new KafkaTracingError('not_a_client', `${caller} takes a pool of pg: new pg.Pool(...).`);
}

/** The type of the clients of a pool. `connect` of `pg` is overloaded: its first form returns the promise. */
export type ClientOf<P extends PgPool> = P['connect'] extends { (): Promise<infer C>; (callback: never): void } ? C : PgClient;

/**
 * Runs `CREATE … IF NOT EXISTS` statements. Two sessions that do that at the same time fail in Postgres' own catalog, so they
 * run one after the other: the statements are one transaction, as several in one query are, under a lock that ends with it.
 */
export async function createTables(pg: PgQueryable, statements: string): Promise<void> {
  // 0x747261636b is "track": one lock for all tables of this package.
  await pg.query(`SELECT pg_advisory_xact_lock(${0x747261636b}); ${statements}`);
}

const part = /^[A-Za-z_][A-Za-z0-9_]{0,49}$/;

/** The name of a table, with or without its schema. 50 characters each leave room for the names of indexes (of 63 in Postgres). */
export const aTable: Rule = {
  must: 'the name of a table, with or without a schema: letters, digits and _, each part up to 50 characters',
  accepts: (value) => typeof value === 'string' && value.split('.').length <= 2 && value.split('.').every((name) => part.test(name)),
};

/** The name quoted for SQL: the table gets exactly this name, in upper or lower case. */
export function quoted(table: string): string {
  return table
    .split('.')
    .map((name) => `"${name}"`)
    .join('.');
}

/** The name without its schema. */
export function bareName(table: string): string {
  return table.slice(table.indexOf('.') + 1);
}
