/** The part of a result of `pg` that is read. */
export interface PgResult {
  /** The rows, by column name. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** How many rows the statement concerned; `null` where it concerned none. */
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

/** The type of the clients of a pool. `connect` of `pg` is overloaded: its first form returns the promise. */
export type ClientOf<P extends PgPool> = P['connect'] extends { (): Promise<infer C>; (callback: never): void } ? C : PgClient;
