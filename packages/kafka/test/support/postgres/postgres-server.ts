import { GenericContainer, Wait } from 'testcontainers';
import pg from 'pg';

/** A Postgres in a container. */
export interface PostgresServer {
  readonly url: string;
  pool(config?: pg.PoolConfig): pg.Pool;
  stop(): Promise<void>;
}

/** Starts Postgres 15, where connections are sessions. Rejects without Docker. */
export async function startPostgresServer(): Promise<PostgresServer> {
  const container = await new GenericContainer('postgres:15')
    .withEnvironment({ POSTGRES_PASSWORD: 'postgres' })
    .withExposedPorts(5432)
    // By TCP: while it initialises, the server listens on its own socket only.
    .withHealthCheck({ test: ['CMD-SHELL', 'pg_isready -h 127.0.0.1 -U postgres'], interval: 200, retries: 300 })
    .withWaitStrategy(Wait.forHealthCheck())
    .start();
  const url = `postgres://postgres:postgres@${container.getHost()}:${container.getMappedPort(5432)}/postgres`;
  return {
    url,
    pool: (config) => new pg.Pool({ connectionString: url, ...config }),
    stop: async () => {
      await container.stop();
    },
  };
}
