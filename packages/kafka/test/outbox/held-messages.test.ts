import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel, type Message } from 'kafkajs';
import { outbox } from '../../src/outbox/index.ts';
import { intercepted, useOutboxes } from '../support/postgres/outbox.ts';
import { useEmbeddedPostgres, usePostgresServer } from '../support/postgres/postgres.ts';
import { overtakings, relayed, valuesOf, warnings } from '../support/postgres/relayed.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

const topic = 'orders';
const many = 10_001;

for (const [where, usePostgres] of [
  ['in this process', useEmbeddedPostgres],
  ['on a server', usePostgresServer],
] as const)
  describe(`the held messages of an outbox relay, with Postgres ${where}`, () => {
    const postgres = usePostgres();
    const { open, relay } = useOutboxes(postgres);
    let kafka: EmbeddedKafka;

    beforeEach('start a broker', async () => {
      kafka = await EmbeddedKafka.start({ topics: { [topic]: 2 } });
    });
    postgres.beforeEnd(() => kafka.stop());
    afterEach('take the spans that are left', () => void spans.takeAll());
    const { spans } = useTracing();

    const numbered = (count: number, message: (index: number) => Message): Message[] =>
      Array.from({ length: count }, (_, index) => message(index));

    it('block no other key when more than 10,000 messages wait behind a rejected one', async () => {
      const { box, pool, table } = await open({ maxMessageBytes: 3_000_000 });
      const { log, next } = warnings();
      await box.add(pool, { topic, messages: [{ key: 'held', value: 'x'.repeat(2_000_000), partition: 0 }] });
      await box.add(pool, { topic, messages: numbered(many, (index) => ({ key: 'held', value: `held:${index}` })) });
      await box.add(pool, { topic, messages: numbered(200, (index) => ({ key: `key ${index % 20}`, value: `${index % 20}:${index}` })) });
      const running = relay(box, kafka.brokers, { log });
      expect((await next()).topic).to.equal(topic);
      await relayed(kafka, topic, 200);
      expect(valuesOf(kafka, topic).filter((value) => value.startsWith('held'))).to.deep.equal([]);
      expect(running.health().held.map(({ key }) => key)).to.deep.equal(['held']);

      await pool.query(`DELETE FROM ${table} WHERE id = $1`, [running.health().held[0]?.firstId]);
      await relayed(kafka, topic, 200 + many);
      while ((await box.pending()).messages > 0);
      expect(valuesOf(kafka, topic)).to.have.length(200 + many);
      expect(overtakings(valuesOf(kafka, topic))).to.deep.equal([]);
    });

    it('block no other partition when more than 10,000 messages, each of its own key, wait for a partition that refuses writes', async () => {
      const { box, pool } = await open();
      const { log, next } = warnings();
      const fault = kafka.fault({ api: 'Produce', topic, partition: 0, times: Infinity }, { error: 'NOT_ENOUGH_REPLICAS' });
      // Only this partitioner knows where a message goes: no column of the table does.
      const createPartitioner =
        () =>
        ({ message }: { readonly message: Message }): number =>
          String(message.key).startsWith('held') ? 0 : 1;
      const twice = [0, 1].flatMap((time) => numbered(many, (index) => ({ key: `held ${index}`, value: `held ${index}:${time}` })));
      await box.add(pool, { topic, messages: twice });
      await box.add(pool, { topic, messages: numbered(200, (index) => ({ key: 'free', value: `free:${index}` })) });
      const running = relay(box, kafka.brokers, { log, producer: { createPartitioner } });
      expect(await next()).to.include({ topic, partition: 0 });
      await relayed(kafka, topic, 200);
      const [held] = running.health().held;
      expect(held).to.include({ topic, partition: 0, messages: 2 * many });

      fault.remove();
      await relayed(kafka, topic, 200 + 2 * many);
      while ((await box.pending()).messages > 0);
      expect(overtakings(valuesOf(kafka, topic))).to.deep.equal([]);
      while (!running.health().ok) await pool.query('SELECT 1');
    });

    for (const ordering of ['strict', 'relaxed'] as const) {
      // One message a page, and all that is held is due again before the next one.
      const options = { ordering, batch: { messages: 1 }, backoff: { initial: 1, max: 1, jitter: 0 } };

      it(`let a later message pass when many are rejected again and again, with ${ordering} ordering`, async () => {
        const { box, pool } = await open();
        const limit = (bytes: number): { name: string; value: string }[] => [{ name: 'max.message.bytes', value: String(bytes) }];
        const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin();
        await admin.connect();
        await admin.createTopics({ topics: [{ topic: 'small', numPartitions: 2, configEntries: limit(2_000) }] });
        const large = numbered(20, (index) => ({ key: index % 2 === 0 ? String(index) : null, value: String(index).padEnd(3_000) }));
        await box.add(pool, { topic: 'small', messages: [...large, { key: 'good', value: 'good' }] });
        const running = relay(box, kafka.brokers, options);
        await relayed(kafka, 'small', 1);
        while (running.health().held.length < 20) await pool.query('SELECT 1');
        expect(valuesOf(kafka, 'small')).to.deep.equal(['good']);

        await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: 'small', configEntries: limit(100_000) }] });
        await admin.disconnect();
        await relayed(kafka, 'small', 21);
        while (!running.health().ok) await pool.query('SELECT 1');
      });

      it(`let a later message pass when two partitions refuse writes, with ${ordering} ordering`, async () => {
        const { box, pool } = await open();
        for (const partition of [0, 1])
          kafka.fault({ api: 'Produce', topic: 'three', partition, times: Infinity }, { error: 'NOT_ENOUGH_REPLICAS' });
        const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin();
        await admin.connect();
        await admin.createTopics({ topics: [{ topic: 'three', numPartitions: 3 }] });
        await admin.disconnect();
        const messages = [0, 1].flatMap((partition) => numbered(10, (index) => ({ value: `held ${partition}:${index}`, partition })));
        await box.add(pool, { topic: 'three', messages: [...messages, { value: 'good', partition: 2 }] });
        relay(box, kafka.brokers, options);
        await relayed(kafka, 'three', 1);
        expect(valuesOf(kafka, 'three')).to.deep.equal(['good']);
      });
    }

    it('are retried when they are due, without a poll of the database', async () => {
      const { box, pool, table } = await open({ maxMessageBytes: 3_000_000 });
      await box.add(pool, { topic, messages: [{ key: 'held', value: 'x'.repeat(2_000_000) }] });
      let polls = 0;
      const counted = intercepted(pool, (statement) => {
        if (statement.includes('RECURSIVE topics')) polls++;
      });
      const running = relay(outbox(counted, { table }), kafka.brokers, {
        listen: false,
        pollInterval: 600_000,
        lease: 600_000,
        backoff: { initial: 10, max: 10 },
      });
      while ((running.health().held[0]?.attempts ?? 0) < 5) await pool.query('SELECT 1');
      expect(polls).to.equal(1);
    });

    it('are sent when an earlier relay marked them as held', async () => {
      const { box, pool, table } = await open();
      await box.add(pool, { topic, messages: numbered(3, (index) => ({ value: String(index), partition: 0 })) });
      await pool.query(`UPDATE ${table} SET held_partition = 0`);
      relay(box, kafka.brokers);
      await relayed(kafka, topic, 3);
      expect(valuesOf(kafka, topic)).to.deep.equal(['0', '1', '2']);
    });

    it('do not include messages for a partition that is added while the relay runs', async () => {
      const { box, pool } = await open();
      relay(box, kafka.brokers);
      await box.add(pool, { topic, messages: [{ value: 'before', partition: 0 }] });
      await relayed(kafka, topic, 1);
      const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
      await admin.disconnect();
      await box.add(pool, { topic, messages: [{ value: 'after', partition: 2 }] });
      await relayed(kafka, topic, 2);
      expect(kafka.topic(topic).records(2)).to.have.length(1);
    });

    it('go to their current partition when the topic is created again with fewer partitions', async () => {
      const { box, pool } = await open();
      const { log, next } = warnings();
      await box.add(pool, { topic, messages: numbered(40, (index) => ({ key: String(index), value: String(index) })) });
      relay(box, kafka.brokers, { log });
      await relayed(kafka, topic, 40);
      const { port } = new URL(`tcp://${kafka.brokers[0]}`);
      await kafka.stop();
      kafka = await EmbeddedKafka.start({ port: Number(port), topics: { [topic]: 1 } });
      await box.add(pool, { topic, messages: numbered(40, (index) => ({ key: String(index), value: String(index) })) });
      await next();
      await relayed(kafka, topic, 40);
      expect(kafka.topic(topic).records(0).length).to.be.at.least(40);
    });
  });
