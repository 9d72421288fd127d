import { setImmediate as turn } from 'node:timers/promises';
import type { Attributes } from '@opentelemetry/api';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import type { Pool } from 'pg';
import { outbox } from '../../src/outbox/index.ts';
import { intercepted, useOutboxes } from '../support/postgres/outbox.ts';
import { useEmbeddedPostgres } from '../support/postgres/postgres.ts';
import { relayed } from '../support/postgres/relayed.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('the metrics of an outbox', () => {
  const postgres = useEmbeddedPostgres();
  const { open, relay } = useOutboxes(postgres);
  let kafka: EmbeddedKafka;

  beforeEach('start a broker', async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 2, other: 1 }, autoCreateTopics: false });
  });
  postgres.beforeEnd(() => kafka.stop());
  afterEach('take the spans that are left', () => void spans.takeAll());
  const { spans, metrics } = useTracing();

  /** Seconds by topic. */
  async function ages(): Promise<Readonly<Record<string, number>>> {
    return Object.fromEntries((await points()).map(({ attributes, value }) => [attributes['messaging.destination.name'], value]));
  }
  async function points(): Promise<readonly { readonly attributes: Attributes; readonly value: unknown }[]> {
    return (await metrics()).get('tracelink.outbox.oldest_message_age')?.dataPoints ?? [];
  }
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) await turn();
  };
  const addedEarlier = (pool: Pool, table: string): Promise<unknown> =>
    pool.query(`UPDATE ${table} SET added_at = added_at - interval '2 minutes'`);

  it('tell the age of the oldest message while its topic does not exist, which is 0 when it has been sent', async () => {
    const { box, pool, table } = await open();
    await box.add(pool, { topic: 'missing', messages: [{ value: '1' }] });
    await addedEarlier(pool, table);
    await box.add(pool, { topic: 'missing', messages: [{ value: '2' }] });
    await box.add(pool, { topic: 'other', messages: [{ value: 'goes on' }] });
    const running = relay(box, kafka.brokers);
    await until(async () => (running.health().held[0]?.attempts ?? 0) > 1 && (await ages())['other'] === 0);
    const { missing = 0 } = await ages();
    expect(missing).to.be.within(120, 180);
    await until(async () => ((await ages())['missing'] ?? 0) > missing);
    expect((await points())[0]?.attributes).to.include({ 'db.collection.name': table });

    const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'missing', numPartitions: 1 }] });
    await admin.disconnect();
    await relayed(kafka, 'missing', 2);
    await until(async () => (await ages())['missing'] === 0);
    await running.drain();
    expect(await ages()).to.deep.equal({ missing: 0, other: 0 });
  });

  it('tell the age of what waits for a partition that refuses writes, and of what is in flight', async () => {
    const { box, pool, table } = await open();
    const refused = kafka.fault({ api: 'Produce', topic: 'orders', partition: 1, times: Infinity }, { error: 'NOT_ENOUGH_REPLICAS' });
    await box.add(pool, { topic: 'orders', messages: [{ value: 'held', partition: 1 }] });
    await addedEarlier(pool, table);
    await box.add(pool, { topic: 'orders', messages: [{ value: 'sent', partition: 0 }] });
    const running = relay(box, kafka.brokers, { ordering: 'relaxed' });
    await relayed(kafka, 'orders', 1);
    await until(async () => running.health().held.length === 1);
    expect((await ages())['orders']).to.be.above(120);
    refused.remove();
    await relayed(kafka, 'orders', 2);
    await until(async () => (await ages())['orders'] === 0);

    const answer = Promise.withResolvers<void>();
    kafka.fault({ api: 'Produce', topic: 'other' }, { hold: answer.promise });
    await box.add(pool, { topic: 'other', messages: [{ value: 'in flight' }] });
    running.notify();
    await until(async () => ((await ages())['other'] ?? 0) > 0);
    expect(running.health().held).to.deep.equal([]);
    answer.resolve();
    await until(async () => (await ages())['other'] === 0);
  });

  it('have an age for each topic of one template, and ask the database nothing', async () => {
    const topics = { missing: { destinationTemplate: 'family' }, absent: { destinationTemplate: 'family' } };
    const { box, pool, table } = await open({ tracing: { topics } });
    for (const topic of Object.keys(topics)) await box.add(pool, { topic, messages: [{ value: '1' }] });
    let statements = 0;
    const counted = intercepted(pool, () => void statements++);
    const options = { listen: false, pollInterval: 600_000, lease: 600_000, backoff: { initial: 600_000, max: 600_000 } };
    const running = relay(outbox(counted, { table, tracing: { topics } }), kafka.brokers, options);
    await until(async () => running.health().held.length === 2);
    const before = statements;
    const found = (await points()).map(({ attributes }) => [
      attributes['messaging.destination.name'],
      attributes['messaging.destination.template'],
    ]);
    expect(found).to.have.deep.members(Object.keys(topics).map((topic) => [topic, 'family']));
    expect(statements).to.equal(before);
  });

  it('record the wait by the template of a topic that has one', async () => {
    const { box, pool } = await open({ tracing: { topics: { orders: { destinationTemplate: 'orders.{tenant}' } } } });
    await box.add(pool, { topic: 'orders', messages: [{ value: '1' }] });
    relay(box, kafka.brokers);
    await spans.waitFor('send orders.{tenant}');
    const wait = (await metrics()).get('tracelink.outbox.wait')?.dataPoints[0];
    expect(wait?.attributes).to.deep.equal({ 'messaging.destination.template': 'orders.{tenant}' });
  });
});
