import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import type pg from 'pg';
import { KafkaTracingError } from '../../src/core/kafka-tracing-error.ts';
import { outbox, type Outbox } from '../../src/outbox/index.ts';
import { useOutboxes } from '../support/postgres/outbox.ts';
import { usePostgresServer } from '../support/postgres/postgres.ts';
import { relayed, valuesOf } from '../support/postgres/relayed.ts';
import { startSilentProxy, type SilentProxy } from '../support/postgres/silent-proxy.ts';

const topic = 'orders';
const lease = 200;

describe('an outbox relay whose database falls silent', () => {
  const postgres = usePostgresServer();
  const { open, relay } = useOutboxes(postgres);
  let kafka: EmbeddedKafka;
  let proxy: SilentProxy;

  beforeEach('start a broker, and a proxy of Postgres', async () => {
    kafka = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
    proxy = await startSilentProxy(postgres.url());
  });
  postgres.beforeEnd(() => Promise.all([kafka.stop(), proxy.stop()]));

  /** The outbox of a table, by connections through the proxy. */
  const behindProxy = (table: string): Outbox => outbox(postgres.pool({ connectionString: proxy.url }), { table });
  async function emptied(box: Outbox): Promise<void> {
    while ((await box.pending()).messages > 0);
  }

  it('is not healthy while nothing answers, and then sends and listens over new connections', async () => {
    const { box, pool, table } = await open();
    const listeners = async (): Promise<readonly number[]> =>
      (await pool.query<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE query = 'LISTEN "${table}"'`)).rows.map(({ pid }) => pid);
    await box.add(pool, { topic, messages: [{ value: '1' }] });
    const running = relay(behindProxy(table), kafka.brokers, { lease });
    await relayed(kafka, topic, 1);
    await emptied(box);
    const [first] = await listeners();

    proxy.silence();
    while (running.health().error === undefined) await pool.query('SELECT 1');
    const { ok, error } = running.health();
    expect(ok).to.equal(false);
    expect(error).to.be.instanceOf(KafkaTracingError).and.include({ code: 'database_timeout' });
    expect(String(error)).to.match(/for 200 milliseconds/);

    proxy.answer();
    await box.add(pool, { topic, messages: [{ value: '2' }] });
    await relayed(kafka, topic, 2);
    while (!running.health().ok) await pool.query('SELECT 1');
    while ((await listeners()).every((pid) => pid === first));
  });

  it('goes on when new connections are answered, in a pool that has no place for an attempt of each poll', async () => {
    const { box, pool, table } = await open();
    const narrow = postgres.pool({ connectionString: proxy.url, max: 5 });
    const running = relay(outbox(narrow, { table }), kafka.brokers, { lease });
    while (!running.health().ok) await pool.query('SELECT 1');
    proxy.silence();
    const errors = new Set<unknown>();
    // None, that of the statement on the open connection, and those of five polls without a connection.
    while (errors.size < 7) {
      await pool.query('SELECT 1');
      errors.add(running.health().error);
    }
    expect(narrow.totalCount).to.equal(3);
    proxy.answer();
    await box.add(pool, { topic, messages: [{ value: '1' }] });
    await relayed(kafka, topic, 1);
    while (!running.health().ok) await pool.query('SELECT 1');
  });

  it('keeps the connection that listens when one that it left fails late', async () => {
    const { pool, table } = await open();
    const behind = postgres.pool({ connectionString: proxy.url });
    const clients: pg.PoolClient[] = [];
    behind.on('connect', (client) => clients.push(client));
    const running = relay(outbox(behind, { table }), kafka.brokers, { lease });
    while (!running.health().ok) await pool.query('SELECT 1');
    proxy.silence();
    while (running.health().error === undefined) await pool.query('SELECT 1');
    proxy.answer();
    while (!running.health().ok) await pool.query('SELECT 1');

    const { totalCount } = behind;
    // As the operating system reports a host that has vanished, many minutes later.
    clients[0]?.emit('error', Object.assign(new Error('read ETIMEDOUT'), { code: 'ETIMEDOUT' }));
    expect(behind.totalCount).to.equal(totalCount);
  });

  it('abandons a statement that is never answered, and sends nothing twice', async () => {
    const { box, pool, table } = await open();
    const silent = proxy.silenceAt('DELETE FROM');
    await box.add(pool, { topic, messages: [{ value: '1' }] });
    relay(behindProxy(table), kafka.brokers, { lease });
    await silent;
    await emptied(box);
    await box.add(pool, { topic, messages: [{ value: '2' }] });
    await relayed(kafka, topic, 2);
    expect(valuesOf(kafka, topic)).to.deep.equal(['1', '2']);
  });

  for (const listen of [true, false])
    it(`is not healthy while the pool has no connection left, and returns those that come too late, with listen: ${listen}`, async () => {
      const { pool, table } = await open();
      const narrow = postgres.pool({ max: 2 });
      const taken = [await narrow.connect(), await narrow.connect()];
      const running = relay(outbox(narrow, { table }), kafka.brokers, { lease, listen });
      while (running.health().error === undefined) await pool.query('SELECT 1');
      expect(running.health().error).to.include({ code: 'database_timeout' });
      for (const client of taken) client.release();
      while (!running.health().ok) await pool.query('SELECT 1');
      await running.drain();
      expect(narrow.idleCount).to.equal(narrow.totalCount);
    });

  it('sets no timer that overflows when it has the longest lease that there is', async () => {
    const { box, pool } = await open();
    const warned: string[] = [];
    const note = ({ name }: Error): void => void warned.push(name);
    process.on('warning', note);
    await box.add(pool, { topic, messages: [{ value: '1' }] });
    await relay(box, kafka.brokers, { lease: 2 ** 31 - 1 }).drain();
    process.off('warning', note);
    expect(valuesOf(kafka, topic)).to.deep.equal(['1']);
    expect(warned).to.not.include('TimeoutOverflowWarning');
  });
});
