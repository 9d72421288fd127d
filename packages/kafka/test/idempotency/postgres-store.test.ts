import { expect } from 'chai';
import type pg from 'pg';
import { idempotencyTable, idempotent, postgresStore, type PostgresStore } from '../../src/idempotency/index.ts';
import { KafkaTracingError } from '../../src/core/kafka-tracing-error.ts';
import { AttemptScope } from '../../src/subscribe/attempt/message-scope.ts';
import { delivered } from '../support/records/delivered.ts';
import { useEmbeddedPostgres } from '../support/postgres/postgres.ts';

const { signal } = new AbortController();

describe('postgresStore', () => {
  const postgres = useEmbeddedPostgres();
  let pool: pg.Pool;
  let table: string;
  let store: PostgresStore<pg.PoolClient>;

  beforeEach('make a store and a table for effects', async () => {
    pool = postgres.pool();
    table = postgres.table();
    store = postgresStore(pool, { group: 'packing', table });
    await store.ensure();
    await pool.query(`CREATE TABLE ${table}_effects (what text)`);
  });

  const write =
    (what: string) =>
    async (transaction: pg.PoolClient): Promise<void> =>
      void (await transaction.query(`INSERT INTO ${table}_effects VALUES ($1)`, [what]));
  const effects = async (): Promise<string[]> =>
    (await pool.query<{ what: string }>(`SELECT what FROM ${table}_effects ORDER BY what`)).rows.map(({ what }) => what);
  const marked = async (): Promise<string[]> =>
    (await pool.query<{ message_id: string }>(`SELECT message_id FROM ${table} ORDER BY message_id`)).rows.map((row) => row.message_id);

  it('commits effect and mark together, once', async () => {
    expect(await store.run('a', write('a'), signal)).to.equal(true);
    expect(await store.run('a', write('again'), signal)).to.equal(false);
    expect(await effects()).to.deep.equal(['a']);
    expect(await marked()).to.deep.equal(['a']);
    expect(pool.totalCount).to.equal(pool.idleCount);
  });

  it('rolls both back when the handler fails, with the handler’s error, and runs the next attempt', async () => {
    const failure = new Error('no shelf');
    const failing = async (transaction: pg.PoolClient): Promise<void> => {
      await write('half')(transaction);
      throw failure;
    };
    expect(await store.run('a', failing, signal).catch((error: unknown) => error)).to.equal(failure);
    expect([await effects(), await marked()]).to.deep.equal([[], []]);
    expect(await store.run('a', write('a'), signal)).to.equal(true);
    expect(await effects()).to.deep.equal(['a']);
  });

  it('marks nothing when the handler continues after a failed statement and Postgres rolls back', async () => {
    const careless = async (transaction: pg.PoolClient): Promise<void> => {
      await write('lost')(transaction);
      await transaction.query('SELECT * FROM there_is_none').catch(() => {});
    };
    const error = (await store.run('a', careless, signal).catch((reason: unknown) => reason)) as KafkaTracingError;
    expect(error).to.be.instanceOf(KafkaTracingError);
    expect(error.code).to.equal('rolled_back');
    expect([await effects(), await marked()]).to.deep.equal([[], []]);
    expect(await store.run('a', write('a'), signal)).to.equal(true);
  });

  it('rolls back effect and mark when the handler asks for a retry and catches what retryLater throws', async () => {
    let isReady = false;
    const handler = idempotent(store)(async (_message, { retryLater }, transaction) => {
      await write(isReady ? 'a' : 'half')(transaction);
      try {
        if (!isReady) retryLater(5_000);
      } catch {
        // A handler that logs whatever it catches.
      }
    });
    const scope = (): AttemptScope => new AttemptScope(1, 0, async () => {}, 60_000);
    const first = scope();
    expect(await Promise.resolve(handler(delivered(), first)).catch((error: unknown) => error)).to.equal(first.asked);
    expect([await effects(), await marked()]).to.deep.equal([[], []]);
    isReady = true;
    await handler(delivered(), scope());
    expect(await effects()).to.deep.equal(['a']);
    expect(await marked()).to.have.length(1);
  });

  it('keeps the marks of two groups apart, and takes hostile ids', async () => {
    const other = postgresStore(pool, { group: 'billing', table });
    const ids = ["'; DROP TABLE x; --", '\0', '\ud800', '\udc00', 'x'.repeat(10_000), `${'x'.repeat(10_000)}y`, '%', 'a', 'A'];
    for (const id of ids) expect(await store.run(id, async () => {}, signal)).to.equal(true);
    for (const id of ids) expect(await store.run(id, async () => {}, signal)).to.equal(false);
    for (const id of ids) expect(await other.run(id, async () => {}, signal)).to.equal(true);
  });

  it('forgets the marks of its own group before a time, and no others', async () => {
    const other = postgresStore(pool, { group: 'billing', table });
    await pool.query(`INSERT INTO ${table} SELECT 'packing', 'old' || n, now() - interval '8 days' FROM generate_series(1, 20001) AS n`);
    await pool.query(`UPDATE ${table} SET done_at = now() WHERE message_id = 'old7'`);
    await other.run('theirs', async () => {}, signal);
    await pool.query(`UPDATE ${table} SET done_at = now() - interval '8 days' WHERE consumer_group = 'billing'`);
    const weekAgo = new Date(Date.now() - 7 * 86_400_000);
    expect(await store.forget(weekAgo)).to.equal(20_000);
    expect(await marked()).to.deep.equal(['old7', 'theirs']);
    expect(await store.forget(weekAgo)).to.equal(0);
  });

  it('creates its table in a schema, by the default name, and without an error when it exists', async () => {
    await pool.query('CREATE SCHEMA app');
    const inSchema = postgresStore(pool, { group: 'packing', table: 'app.Once' });
    await inSchema.ensure();
    await inSchema.ensure();
    expect(await inSchema.run('a', async () => {}, signal)).to.equal(true);
    expect((await pool.query('SELECT message_id FROM app."Once"')).rowCount).to.equal(1);
    await pool.query(idempotencyTable());
    expect(await postgresStore(pool, { group: 'packing' }).run('a', async () => {}, signal)).to.equal(true);
    expect((await pool.query('SELECT message_id FROM tracelink_idempotency')).rowCount).to.equal(1);
  });

  it('rejects what is no pool, invalid table names, and a store without a group', () => {
    expect(() => postgresStore({} as never, { group: 'g' })).to.throw(KafkaTracingError, /takes a pool of pg/);
    expect(() => postgresStore(pool, {} as never)).to.throw(KafkaTracingError, /needs "group"/);
    for (const name of ['', 'a b', 'a"b', 'a.b.c', '.a', '1a', 'x'.repeat(51), 'ü'])
      expect(() => postgresStore(pool, { group: 'g', table: name }), name).to.throw(KafkaTracingError, /the name of a table/);
    expect(() => idempotencyTable('drop table')).to.throw(KafkaTracingError, /the name of a table/);
  });
});
