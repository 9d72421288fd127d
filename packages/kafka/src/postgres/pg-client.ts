/** What `pg` answers a statement with, as far as it is read here. */
export interface PgResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly rowCount: number | null;
  /** The command tag, `COMMIT`; a `COMMIT` of a transaction that had failed answers `ROLLBACK`. */
  readonly command: string;
}

/** What runs statements: a pool or a client of `pg`, or of a driver with its shape. */
export interface PgQueryable {
  query(text: string, values?: unknown[]): Promise<PgResult>;
}

/** A client that was taken from a pool. */
export interface PgClient extends PgQueryable {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'notification', listener: () => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  /** @param destroy the connection is closed instead of given back */
  release(destroy?: boolean): void;
}

/** A pool of `pg`. The library does not depend on `pg`: the pool is the user's own, with its settings. */
export interface PgPool extends PgQueryable {
  connect(): Promise<PgClient>;
}

/** The clients of a pool, by their own type. `connect` of `pg` is overloaded: the first form is the one with the promise. */
export type ClientOf<P extends PgPool> = P['connect'] extends { (): Promise<infer C>; (callback: never): void } ? C : PgClient;
