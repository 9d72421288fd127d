import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { freePort } from './free-port.ts';

/** A Postgres in this process, in memory, that clients reach through its wire protocol. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** A connection string for `pg`. */
  readonly url: string;
  /** Stops it; may be called again. */
  stop(): Promise<void>;
}

/**
 * Starts Postgres compiled to WebAssembly behind a socket on 127.0.0.1. It is one session that all connections share, one
 * statement at a time: enough for a demo and for tests, not for measuring.
 */
export async function startEmbeddedPostgres(): Promise<EmbeddedPostgres> {
  // The server does not say which port it got when it is asked for any.
  const port = await freePort();
  const db = await PGlite.create();
  const server = new PGLiteSocketServer({ db, port, host: '127.0.0.1', maxConnections: 20 });
  await server.start();
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= server.stop().then(() => db.close()));
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop, [Symbol.asyncDispose]: stop };
}
