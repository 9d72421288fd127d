import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { OutboxTable } from '../../src/outbox/table/outbox-table.ts';
import { inTransaction, useOutboxes } from '../support/postgres/outbox.ts';
import { useEmbeddedPostgres } from '../support/postgres/postgres.ts';
import { relayed, valuesOf } from '../support/postgres/relayed.ts';

const topic = 'orders';

describe('an outbox whose database comes back in an earlier state', () => {
  const postgres = useEmbeddedPostgres();
  const { open, relay } = useOutboxes(postgres);
  let kafka: EmbeddedKafka;

  beforeEach('start a broker', async () => {
    kafka = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
  });
  postgres.beforeEnd(() => kafka.stop());

  it('sends a message that has the id of one that was sent and could not be deleted', async () => {
    const { box, pool, table } = await open();
    await pool.query(`CREATE FUNCTION ${table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'read only'; END $$`);
    await pool.query(`CREATE TRIGGER refuse BEFORE DELETE ON ${table} EXECUTE FUNCTION ${table}_refuse()`);
    await box.add(pool, { topic, messages: [{ value: '1' }] });
    const running = relay(box, kafka.brokers);
    await relayed(kafka, topic, 1);
    while (running.health().error === undefined) await pool.query('SELECT 1');
    await inTransaction(pool, async (client) => {
      await client.query(`TRUNCATE ${table} RESTART IDENTITY`);
      await box.add(client, { topic, messages: [{ value: '2' }] });
      await client.query(`DROP TRIGGER refuse ON ${table}`);
    });
    while ((await box.pending()).messages > 0);
    expect(valuesOf(kafka, topic)).to.deep.equal(['1', '2']);
  });

  it('deletes and marks the rows that were read, whatever the session’s settings, and none that has an id of theirs', async () => {
    const { box, pool, table } = await open();
    const rows = new OutboxTable(pool, table);
    const page = (): ReturnType<OutboxTable['page']> =>
      rows.page(topic, { messages: 10, bytes: 1_000 }, { partitions: [], keys: [], ids: [] });
    await box.add(pool, { topic, messages: [{ value: '1' }, { value: '2' }] });
    const before = await page();
    await pool.query(`TRUNCATE ${table} RESTART IDENTITY`);
    await box.add(pool, { topic, messages: [{ value: '3' }, { value: '4' }] });
    const now = await page();
    expect(now.map(({ id }) => id)).to.deep.equal(before.map(({ id }) => id));

    await pool.query("SET DateStyle = 'German'; SET TimeZone = 'America/St_Johns'");
    await rows.markHeld(topic, 7, before);
    await rows.remove(topic, before);
    expect((await page()).map(({ heldPartition }) => heldPartition)).to.deep.equal([null, null]);
    await rows.markHeld(topic, 7, now);
    expect((await page()).map(({ heldPartition }) => heldPartition)).to.deep.equal([7, 7]);
    await rows.remove(topic, now);
    expect((await box.pending()).messages).to.equal(0);
    await pool.query('RESET DateStyle; RESET TimeZone');
  });
});
