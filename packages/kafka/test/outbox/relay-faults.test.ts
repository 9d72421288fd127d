import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { memoryStore, idempotent, outboxId } from '../../src/idempotency/index.ts';
import type { Outbox } from '../../src/outbox/index.ts';
import { delivered, scopeOf } from '../support/records/delivered.ts';
import { useOutboxes } from '../support/postgres/outbox.ts';
import { useEmbeddedPostgres } from '../support/postgres/postgres.ts';
import { overtakings, relayed, valuesOf, warnings } from '../support/postgres/relayed.ts';

const topic = 'orders';
const keys = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('an outbox relay under faults', () => {
  const postgres = useEmbeddedPostgres();
  const { open, relay } = useOutboxes(postgres);
  let kafka: EmbeddedKafka;

  beforeEach('start the brokers', async () => {
    kafka = await EmbeddedKafka.start({ brokers: 3, topics: { [topic]: 3, other: 1 }, autoCreateTopics: false });
  });
  postgres.beforeEnd(() => kafka.stop());

  /** Adds `count` messages for each key, `key:0`, `key:1`, …, row by row. */
  async function add(box: Outbox, pool: Parameters<Outbox['add']>[0], count: number, first = 0): Promise<void> {
    const messages = Array.from({ length: count }, (_, index) => keys.map((key) => ({ key, value: `${key}:${first + index}` }))).flat();
    await box.add(pool, { topic, messages });
  }

  async function emptied(box: Outbox): Promise<void> {
    while ((await box.pending()).messages > 0);
  }

  it('warns that a topic does not exist, sends to the others, and sends to it once it exists', async () => {
    const { box, pool } = await open();
    const { log, next } = warnings();
    await box.add(pool, { topic: 'missing', messages: [{ value: '1' }, { value: '2' }] });
    const running = relay(box, kafka.brokers, { log });
    const { error, text, ...fields } = await next();
    expect(fields).to.deep.equal({ topic: 'missing' });
    expect(text).to.equal('Messages of the outbox cannot be sent; they will be retried');
    expect(String(error)).to.equal(
      'KafkaTracingError: [topic_missing] The topic "missing" does not exist, or this client may not see it. Create it.',
    );
    await box.add(pool, { topic: 'other', messages: [{ value: 'goes on' }] });
    await relayed(kafka, 'other', 1);
    const health = running.health();
    expect(health.ok).to.equal(false);
    expect(health.held[0]).to.include({ topic: 'missing', partition: undefined, key: undefined });
    expect(String(health.held[0]?.error)).to.equal(String(error));
    expect(health.held[0]?.attempts).to.be.at.least(1);
    expect(health.held[0]?.retryAt).to.be.closeTo(Date.now(), 1_000);
    expect(kafka.topic('missing').partitions, 'it did not make it').to.equal(0);

    await createTopic('missing');
    await relayed(kafka, 'missing', 2);
    await emptied(box);
    expect(running.health()).to.deep.equal({ ok: true, state: 'relaying', held: [], error: undefined });
  });

  it('loses nothing and keeps the order of keys while all brokers are down', async () => {
    const { box, pool } = await open();
    const { log, next } = warnings();
    await add(box, pool, 20);
    relay(box, kafka.brokers, { log, batch: { messages: 7 } });
    await relayed(kafka, topic, 20);
    for (const nodeId of [1, 2, 3]) await kafka.broker(nodeId).stop();
    await add(box, pool, 20, 20);
    await next();
    for (const nodeId of [1, 2, 3]) await kafka.broker(nodeId).start();
    await relayed(kafka, topic, 240);
    expect(overtakings(valuesOf(kafka, topic))).to.deep.equal([]);
    await emptied(box);
  });

  it('loses nothing and keeps the order of keys when leaders move and one broker restarts', async () => {
    const { box, pool } = await open();
    await add(box, pool, 40);
    relay(box, kafka.brokers, { batch: { messages: 5 } });
    for (const [count, nodeId] of [
      [30, 2],
      [90, 3],
      [150, 1],
    ] as const) {
      await relayed(kafka, topic, count);
      for (const partition of [0, 1, 2]) kafka.topic(topic).moveLeader(partition, nodeId);
      if (nodeId === 3) await kafka.broker(3).restart({ downMs: 20 });
    }
    await relayed(kafka, topic, 240);
    expect(overtakings(valuesOf(kafka, topic))).to.deep.equal([]);
  });

  it('holds the messages of a partition that refuses writes, and sends to the others', async () => {
    const { box, pool } = await open();
    const { log, next } = warnings();
    const fault = kafka.fault({ api: 'Produce', topic, partition: 0, times: Infinity }, { error: 'NOT_ENOUGH_REPLICAS' });
    await add(box, pool, 30);
    const running = relay(box, kafka.brokers, { log, batch: { messages: 10 } });
    expect(await next()).to.include({ topic, partition: 0 });
    const others = new Set(keys.filter((key) => partitionOf(key) !== 0));
    await relayed(kafka, topic, others.size * 30);
    const [held] = running.health().held;
    expect(held).to.include({ topic, partition: 0, key: undefined });
    expect(held?.messages).to.be.at.least(1);
    fault.remove();
    await relayed(kafka, topic, 180);
    expect(overtakings(valuesOf(kafka, topic))).to.deep.equal([]);
    await emptied(box);
    expect(running.health().ok).to.equal(true);
  });

  it('holds a key whose message the broker rejects, and sends the other keys, until the message is deleted from the table', async () => {
    const { box, pool, table } = await open({ maxMessageBytes: 3_000_000 });
    const { log, next } = warnings();
    await add(box, pool, 3);
    await box.add(pool, { topic, messages: [{ key: 'a', value: 'x'.repeat(2_000_000) }] });
    await box.add(pool, { topic, messages: [{ value: 'x'.repeat(2_000_000) }, { value: 'y:0' }] });
    await add(box, pool, 3, 3);
    const running = relay(box, kafka.brokers, { log, batch: { bytes: 10_000_000 } });
    expect((await next()).error).to.have.property(
      'message',
      'The request included a message larger than the max message size the server will accept',
    );
    await relayed(kafka, topic, 34);
    expect(valuesOf(kafka, topic)).to.not.include('a:3');
    const held = running.health().held;
    expect(held.map(({ key, messages }) => [key, messages])).to.have.deep.members([
      ['a', 4],
      [undefined, 1],
    ]);
    await pool.query(`DELETE FROM ${table} WHERE id = ANY ($1)`, [held.map(({ firstId }) => firstId)]);
    await relayed(kafka, topic, 37);
    expect(overtakings(valuesOf(kafka, topic))).to.deep.equal([]);
    await emptied(box);
    while (!running.health().ok) await box.pending();
  });

  it('resends records whose acknowledgement was lost, with the same ids, so that they are handled once', async () => {
    const { box, pool } = await open();
    kafka.fault({ api: 'EndTxn', times: 2 }, { drop: 'after' });
    await add(box, pool, 5);
    relay(box, kafka.brokers);
    await relayed(kafka, topic, 30);
    await emptied(box);
    const records = [0, 1, 2].flatMap((partition) =>
      kafka
        .topic(topic)
        .records(partition)
        .map((record) => ({ ...record, partition })),
    );
    expect(records.length).to.be.greaterThan(30);
    const handled: string[] = [];
    const handler = idempotent(memoryStore(), { key: outboxId })(({ value }) => void handled.push(String(value)));
    for (const { partition, offset, value, headers } of records) {
      const named = Object.fromEntries(headers.map(({ key, value: text }) => [key, text ?? Buffer.alloc(0)]));
      await handler(delivered({ topic, partition, offset: String(offset), value, headers: named }), scopeOf());
    }
    expect(handled).to.have.length(30);
    expect(overtakings(handled)).to.deep.equal([]);
  });

  it('does not resend messages that it could not delete from the table', async () => {
    const { box, pool, table } = await open();
    await pool.query(`CREATE FUNCTION ${table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'read only'; END $$`);
    await pool.query(`CREATE TRIGGER refuse BEFORE DELETE ON ${table} EXECUTE FUNCTION ${table}_refuse()`);
    await add(box, pool, 5);
    const running = relay(box, kafka.brokers);
    await relayed(kafka, topic, 30);
    while (running.health().error === undefined) await pool.query('SELECT 1');
    expect(String(running.health().error)).to.match(/read only/);
    expect(running.health().ok).to.equal(false);
    expect((await box.pending()).messages).to.equal(30);
    await pool.query(`DROP TRIGGER refuse ON ${table}`);
    await emptied(box);
    await add(box, pool, 1, 5);
    await relayed(kafka, topic, 36);
    expect(valuesOf(kafka, topic)).to.have.length(36);
  });

  it('sends to the other topics when one is deleted, and to the other partitions when kafkajs sees none of a topic', async () => {
    const { box, pool } = await open();
    await box.add(pool, { topic: 'other', messages: [{ value: '1' }] });
    await add(box, pool, 1);
    const { log, next } = warnings();
    relay(box, kafka.brokers, { log });
    await Promise.all([relayed(kafka, 'other', 1), relayed(kafka, topic, 6)]);
    await deleteTopic('other');
    await box.add(pool, { topic: 'other', messages: [{ value: '2' }] });
    expect(await next()).to.include({ topic: 'other' });
    // One partition without a leader: kafkajs then reports no partition at all.
    const metadata = kafka.fault({ api: 'Metadata', topic, partition: 0, times: Infinity }, { error: 'LEADER_NOT_AVAILABLE' });
    kafka.fault({ api: 'Produce', topic, partition: 0, times: 1 }, { error: 'NOT_ENOUGH_REPLICAS' });
    await add(box, pool, 2, 1);
    await relayed(kafka, topic, 18);
    metadata.remove();
    expect(overtakings(valuesOf(kafka, topic))).to.deep.equal([]);
  });

  it('holds a message for a partition that does not exist, and its key', async () => {
    const { box, pool } = await open();
    const { log, next } = warnings();
    await box.add(pool, { topic, messages: [{ key: 'a', value: 'a:0', partition: 9 }] });
    await add(box, pool, 1, 1);
    const running = relay(box, kafka.brokers, { log });
    expect(String((await next()).error)).to.equal('KafkaTracingError: [invalid_message] The topic "orders" has 3 partitions, none is 9.');
    await relayed(kafka, topic, 5);
    expect(valuesOf(kafka, topic)).to.not.include('a:1');
    expect(running.health().held).to.have.length(1);
  });

  function partitionOf(key: string): number {
    return (
      [0, 1, 2].find((partition) =>
        kafka
          .topic(topic)
          .records(partition)
          .some((record) => String(record.key) === key),
      ) ?? 0
    );
  }
  const createTopic = (name: string): Promise<void> =>
    withAdmin((admin) => admin.createTopics({ topics: [{ topic: name, numPartitions: 1 }] }));
  const deleteTopic = (name: string): Promise<void> => withAdmin((admin) => admin.deleteTopics({ topics: [name] }));
  async function withAdmin(work: (admin: Admin) => Promise<unknown>): Promise<void> {
    const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await work(admin);
    await admin.disconnect();
  }
});
