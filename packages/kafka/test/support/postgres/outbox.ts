import type pg from 'pg';
import { Kafka, logLevel, type KafkaConfig } from 'kafkajs';
import {
  outbox,
  type Outbox,
  type OutboxOptions,
  type OutboxRelay,
  type PgClient,
  type PgPool,
  type RelayOptions,
} from '../../../src/outbox/index.ts';
import type { EngineClient } from '../broker/engine-client.ts';
import type { TestPostgres } from './postgres.ts';

/** Outboxes of a suite's tests, and relays that are drained after their test. */
export interface TestOutboxes {
  /** An outbox whose tables exist. */
  readonly open: (options?: OutboxOptions) => Promise<{ readonly box: Outbox; readonly pool: pg.Pool; readonly table: string }>;
  /** Relays with short delays by default. */
  readonly relay: (box: Outbox, brokers: readonly string[], options?: RelayOptions, kafka?: Partial<KafkaConfig>) => OutboxRelay;
}

/**
 * Call it inside `describe`, after `useEmbeddedPostgres` or `usePostgresServer`.
 *
 * @param library whose clients relays get. @default kafkajs
 */
export function useOutboxes(postgres: TestPostgres, library?: EngineClient): TestOutboxes {
  const relays: OutboxRelay[] = [];

  postgres.beforeEnd(() => Promise.all(relays.splice(0).map((relay) => relay.drain({ timeout: 500 }))));

  return {
    async open(options = {}) {
      const table = options.table ?? postgres.table();
      const pool = postgres.pool();
      const box = outbox(pool, { ...options, table });
      await box.ensure();
      return { box, pool, table };
    },
    relay(box, brokers, options = {}, kafka = {}) {
      const client = {
        clientId: 'outbox-tests',
        brokers: [...brokers],
        logLevel: logLevel.NOTHING,
        retry: { initialRetryTime: 20, maxRetryTime: 50, retries: 1 },
        ...kafka,
      };
      const relay = box.relay(library?.clients(brokers, client.clientId) ?? new Kafka(client), {
        pollInterval: 20,
        backoff: { initial: 20, max: 100, jitter: 0 },
        ...options,
      });
      relays.push(relay);
      return relay;
    },
  };
}

/** The pool, whose statements and those of its clients wait for `before`. */
export function intercepted(pool: pg.Pool, before: (statement: string) => Promise<void> | void): PgPool {
  const through =
    (target: pg.Pool | pg.PoolClient): PgPool['query'] =>
    async (text, values) => {
      await before(text);
      return target.query(text, values);
    };
  return {
    query: through(pool),
    async connect() {
      const client = await pool.connect();
      return {
        query: through(client),
        on: client.on.bind(client) as PgClient['on'],
        off: client.off.bind(client) as PgClient['off'],
        release: client.release.bind(client),
      };
    },
  };
}

/** Runs `work` in a transaction: committed when it resolves, rolled back when it rejects. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
