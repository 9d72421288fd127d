import pg from 'pg';
import { errorMessage } from '../../../src/core/error-type.ts';
import { startEmbeddedPostgres } from '../../../../../demo/postgres/embedded-postgres.ts';
import { startPostgresServer } from './postgres-server.ts';

/** A Postgres, and pools on it that end after their test. */
export interface TestPostgres {
  /** For processes that make their own connections. */
  url(): string;
  pool(config?: pg.PoolConfig): pg.Pool;
  /** Ends something after each test that needs the pools until then. */
  beforeEnd(end: () => Promise<unknown>): void;
  /** A name that no table has. */
  table(): string;
}

/**
 * Call it inside `describe`: Postgres in this process. All its connections share one session, which a transaction uses exclusively
 * until it ends.
 */
export function useEmbeddedPostgres(): TestPostgres {
  return usePostgres(startEmbeddedPostgres);
}

/**
 * Call it inside `describe`: Postgres in a container, where connections are sessions. On a developer's machine that has no Docker, or cannot
 * get the image, the suite is skipped, and says so; with `CI=true` it fails.
 */
export function usePostgresServer(): TestPostgres {
  return usePostgres(startPostgresServer, 'postgres:15');
}

/** @param image the container image that `start` needs, if any */
function usePostgres(start: () => Promise<{ readonly url: string; stop(): Promise<void> }>, image?: string): TestPostgres {
  let server: { readonly url: string; stop(): Promise<void> } | undefined;
  const pools: pg.Pool[] = [];
  let tables = 0;

  before('start Postgres', async function () {
    try {
      server = await start();
    } catch (error) {
      if (image === undefined || process.env.CI === 'true') throw error;
      process.stdout.write(`    skipped: these tests need Docker with the image ${image} (${errorMessage(error)})\n`);
      // oxlint-disable-next-line no-restricted-properties -- a machine that cannot start Postgres runs all the others
      this.skip();
    }
  });
  const ends: (() => Promise<unknown>)[] = [];
  afterEach('end the pools', async () => {
    for (const end of ends) await end();
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
  });
  after('stop Postgres', () => server?.stop());

  const url = (): string => {
    if (server === undefined) throw new Error('There is a Postgres only while a test runs.');
    return server.url;
  };
  return {
    url,
    pool(config) {
      const pool = new pg.Pool({ connectionString: url(), ...config });
      pool.on('error', () => {});
      pools.push(pool);
      return pool;
    },
    beforeEnd: (end) => void ends.push(end),
    table: () => `t${process.pid}_${++tables}`,
  };
}
