import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { PGliteOptions } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { freshDataDirectory } from './fresh-data-directory.ts';
import { freePort } from '../free-port.ts';
import { WholeStatements } from './whole-statements.ts';

/** Postgres in this process, in memory, which clients reach through its wire protocol. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** A connection string for `pg`. */
  readonly url: string;
  /** Stops it; may be called twice. */
  stop(): Promise<void>;
}

type Modules = Required<Pick<PGliteOptions, 'pgliteWasmModule' | 'initdbWasmModule'>>;

// The types of browsers, which this project does not include otherwise.
declare const WebAssembly: { compile(source: Uint8Array): Promise<Modules['pgliteWasmModule']> };

let prepared: Promise<PGliteOptions> | undefined;

/**
 * What all databases of the process share, created once. The compiled code is kept: releasing it while other databases run
 * has crashed V8 ("Check failed: jit_page_->allocations_.erase").
 */
async function prepare(): Promise<PGliteOptions> {
  const folder = new URL('.', import.meta.resolve('@electric-sql/pglite'));
  const module = async (name: string): Promise<Modules['pgliteWasmModule']> =>
    WebAssembly.compile(await readFile(fileURLToPath(new URL(name, folder))));
  const [pgliteWasmModule, initdbWasmModule] = await Promise.all([module('pglite.wasm'), module('initdb.wasm')]);
  return { pgliteWasmModule, loadDataDir: await freshDataDirectory({ pgliteWasmModule, initdbWasmModule }) };
}

/**
 * Starts Postgres compiled to WebAssembly behind a socket on 127.0.0.1. All connections share one session, one
 * statement at a time: enough for a demo and for tests, not for measuring.
 */
export async function startEmbeddedPostgres(): Promise<EmbeddedPostgres> {
  // The server does not report its port when it is asked for any.
  const port = await freePort();
  const db = new WholeStatements(await (prepared ??= prepare()));
  await db.waitReady;
  const server = new PGLiteSocketServer({ db, port, host: '127.0.0.1', maxConnections: 20 });
  await server.start();
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= server.stop().then(() => db.close()));
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop, [Symbol.asyncDispose]: stop };
}
