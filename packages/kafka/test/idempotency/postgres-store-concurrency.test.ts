import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import type pg from 'pg';
import { postgresStore, type PostgresStore } from '../../src/idempotency/index.ts';
import { usePostgresServer } from '../support/postgres/postgres.ts';
import { startSilentProxy } from '../support/postgres/silent-proxy.ts';

const { signal } = new AbortController();

describe('postgresStore on a server', () => {
  const postgres = usePostgresServer();
  let pool: pg.Pool;
  let table: string;
  let store: PostgresStore<pg.PoolClient>;

  beforeEach('make a store', async () => {
    pool = postgres.pool();
    table = postgres.table();
    store = postgresStore(pool, { group: 'packing', table });
    await store.ensure();
  });

  /** Resolves when `count` sessions wait for the row of another; Postgres sends no event for that. */
  async function waiting(count: number): Promise<void> {
    const watcher = postgres.pool({ max: 1 });
    for (;;) {
      const { rows } = await watcher.query(
        `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO "${table}"%'`,
      );
      if (rows.length === count) return;
      await wait(10);
    }
  }

  it('makes the second of two deliveries wait for the first, and skips it', async () => {
    const first = Promise.withResolvers<void>();
    const running = store.run('a', () => first.promise, signal);
    const second = store.run('a', () => expect.fail('it is done'), signal);
    await waiting(1);
    first.resolve();
    expect(await Promise.all([running, second])).to.deep.equal([true, false]);
  });

  it('runs one of the waiting deliveries when the first fails', async () => {
    const first = Promise.withResolvers<void>();
    const running = store.run('a', () => first.promise, signal).catch(String);
    let ran = 0;
    const others = [1, 2].map(() => store.run('a', async () => void ran++, signal));
    await waiting(2);
    first.reject(new Error('no shelf'));
    expect(await running).to.equal('Error: no shelf');
    expect(await Promise.all(others)).to.have.members([false, true]);
    expect(ran).to.equal(1);
  });

  it('stops waiting when its signal is aborted, and leaves neither a mark nor a connection behind', async () => {
    const first = Promise.withResolvers<void>();
    const running = store.run('a', () => first.promise, signal).catch(String);
    const controller = new AbortController();
    const second = store.run('a', () => expect.fail('it was not its turn'), controller.signal).catch((error: unknown) => error);
    await waiting(1);
    const reason = new Error('rebalance');
    controller.abort(reason);
    expect(await second).to.equal(reason);
    first.reject(new Error('no shelf'));
    expect(await running).to.equal('Error: no shelf');
    expect(pool.totalCount).to.equal(1);
    expect(await store.run('a', async () => {}, signal)).to.equal(true);
  });

  it('returns the client to the pool when the pool provides it after the signal was aborted', async () => {
    const narrow = postgres.pool({ max: 1 });
    const held = await narrow.connect();
    const controller = new AbortController();
    const run = postgresStore(narrow, { group: 'packing', table })
      .run('a', () => expect.fail('too late'), controller.signal)
      .catch((error: unknown) => error);
    const reason = new Error('rebalance');
    controller.abort(reason);
    expect(await run).to.equal(reason);
    held.release();
    expect((await narrow.query('SELECT 1 AS one')).rows).to.deep.equal([{ one: 1 }]);
  });

  it('stops waiting when its signal is aborted and the database has fallen silent, and closes the connection', async () => {
    const proxy = await startSilentProxy(postgres.url());
    const far = postgres.pool({ connectionString: proxy.url });
    const silent = proxy.silenceAt('BEGIN');
    const controller = new AbortController();
    const run = postgresStore(far, { group: 'packing', table })
      .run('a', () => expect.fail('it is not marked'), controller.signal)
      .catch((error: unknown) => error);
    await silent;
    const reason = new Error('rebalance');
    controller.abort(reason);
    expect(await run).to.equal(reason);
    expect(far.totalCount).to.equal(0);
    await proxy.stop();
  });

  it('takes no place of the pool for each aborted attempt when the database answers no connection, and goes on when it does', async () => {
    const proxy = await startSilentProxy(postgres.url());
    proxy.silence();
    const narrow = postgres.pool({ connectionString: proxy.url, max: 16 });
    const far = postgresStore(narrow, { group: 'packing', table });
    for (const reason of Array.from({ length: 7 }, (_, index) => new Error(`timeout ${index}`))) {
      const controller = new AbortController();
      const atOnce = ['a', 'b', 'c', 'd'].map((id) => far.run(id, () => expect.fail('it is not marked'), controller.signal));
      const ended = Promise.allSettled(atOnce);
      controller.abort(reason);
      expect((await ended).map((each) => each.status === 'rejected' && each.reason)).to.deep.equal([reason, reason, reason, reason]);
    }
    // Four after the first wait, four after two more, and four after the next four.
    expect(narrow.totalCount).to.equal(12);
    proxy.answer();
    expect(await far.run('a', async () => {}, signal)).to.equal(true);
    await proxy.stop();
  });

  it('fails the attempt when the connection breaks under the handler, marks nothing and ends no process', async () => {
    const failure = await store
      .run(
        'a',
        async (transaction) => {
          const { rows } = await transaction.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
          const ended = Promise.withResolvers<void>();
          transaction.once('end', () => ended.resolve());
          await postgres.pool({ max: 1 }).query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
          await ended.promise;
        },
        signal,
      )
      .catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
    expect((await pool.query(`SELECT 1 FROM ${table}`)).rowCount).to.equal(0);
    expect(await store.run('a', async () => {}, signal)).to.equal(true);
  });

  it('creates its table when many members do so at once', async () => {
    const fresh = postgres.table();
    const stores = Array.from({ length: 10 }, () => postgresStore(postgres.pool({ max: 1 }), { group: 'packing', table: fresh }));
    await Promise.all(stores.map((each) => each.ensure()));
    const ran = await Promise.all(stores.map((each) => each.run('a', async () => {}, signal)));
    expect(ran.filter(Boolean)).to.have.length(1);
  });

  it('neither waits for a running handler nor delays the next when a member creates the table that exists', async () => {
    const first = Promise.withResolvers<void>();
    const running = store.run('a', () => first.promise, signal);
    const second = postgresStore(postgres.pool({ lock_timeout: 1_000 }), { group: 'packing', table });
    try {
      await second.ensure();
      expect(await second.run('b', async () => {}, signal)).to.equal(true);
    } finally {
      first.resolve();
      expect(await running).to.equal(true);
    }
  });

  it('runs each of 200 messages once when 8 members receive all of them at the same time', async () => {
    await pool.query(`CREATE TABLE ${table}_effects (id text)`);
    const members = Array.from({ length: 8 }, () => postgresStore(postgres.pool({ max: 3 }), { group: 'packing', table }));
    const ids = Array.from({ length: 200 }, (_, index) => String(index));
    const outcomes = await Promise.all(
      members.flatMap((member) =>
        ids.map((id) =>
          member
            .run(
              id,
              async (transaction) => {
                await transaction.query(`INSERT INTO ${table}_effects VALUES ($1)`, [id]);
                if (Math.random() < 0.2) throw new Error('flaky');
              },
              signal,
            )
            .catch(() => 'failed'),
        ),
      ),
    );
    const { rows } = await pool.query<{ rows: string; ids: string }>(
      `SELECT count(*) AS rows, count(DISTINCT id) AS ids FROM ${table}_effects`,
    );
    expect(rows[0]?.rows).to.equal(rows[0]?.ids);
    expect(outcomes.filter((outcome) => outcome === true)).to.have.length(Number(rows[0]?.ids));
  });
});
