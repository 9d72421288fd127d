import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { KafkaTracingError } from '@tracelink/kafka';
import type { RelayOptions } from '@tracelink/kafka/outbox';
import { platformaticKafka } from '../../packages/kafka/test/support/broker/engine-client.ts';
import { textHeaders, useKafka } from '../../packages/kafka/test/support/broker/kafka.ts';
import { inTransaction, useOutboxes } from '../../packages/kafka/test/support/postgres/outbox.ts';
import { overtakings, relayed, valuesOf } from '../../packages/kafka/test/support/postgres/relayed.ts';
import { useEmbeddedPostgres } from '../../packages/kafka/test/support/postgres/postgres.ts';
import { installedConfluent } from './support/engine-clients.ts';
import { useTracing } from '../../packages/kafka/test/support/telemetry/tracing.ts';

// On kafkajs all of this is tried in packages/kafka/test/outbox.
for (const client of [...installedConfluent, platformaticKafka]) {
  describe(`an outbox relay on ${client.name}`, () => {
    const kafka = useKafka();
    const postgres = useEmbeddedPostgres();
    const { open, relay } = useOutboxes(postgres, client);
    afterEach('take the spans of what was sent', () => void tracing.spans.takeAll());
    const tracing = useTracing();
    const { spans } = tracing;

    for (const ordering of ['strict', 'relaxed'] as const)
      it(`sends what is committed, in order, byte for byte and each in its own trace, where the ordering is ${ordering}`, async () => {
        const topic = await kafka.createTopic(2);
        const { box, pool } = await open();
        const bytes = Buffer.from([0, 0xff]);
        const messages = Array.from({ length: 20 }, (_, index) => ({
          key: 'k',
          value: String(index),
          headers: { bytes, twice: ['1', '2'] },
        }));
        await inTransaction(pool, (db) => box.add(db, { topic, messages: [...messages, { key: 'k', value: null }] }));
        const running = relay(box, kafka.brokers(), { ordering, batch: { messages: 6 } });
        const records = await kafka.read(topic, 21);
        await running.drain();
        expect((await box.pending()).messages).to.equal(0);
        expect(records.map(({ value }) => value && String(value))).to.deep.equal([...messages.map(({ value }) => value), null]);
        expect(records[0]?.headers?.['bytes']).to.deep.equal(bytes);
        expect(textHeaders(records[0]?.headers)['twice']).to.deep.equal(['1', '2']);
        const all = spans.takeAll();
        const sends = all.filter(({ name }) => name === `send ${topic}`);
        const created = new Set(all.filter(({ name }) => name === `create ${topic}`).map((span) => span.spanContext().spanId));
        expect(sends.map((span) => created.has(span.parentSpanContext?.spanId ?? ''))).to.deep.equal(
          Array.from({ length: 21 }, () => true),
        );
        expect(sends[0]?.attributes).to.include({ 'messaging.client.id': 'outbox-tests' });
      });

    for (const ordering of ['strict', 'relaxed'] as const)
      it(`keeps the order of a key when a broker refuses the first of several requests, where the ordering is ${ordering}`, async () => {
        const orders = 'orders';
        await using broker = await EmbeddedKafka.start({ topics: { [orders]: 1 } });
        const { box, pool } = await open();
        const refused = broker.fault({ api: 'Produce', topic: orders, times: 1 }, { error: 'NOT_ENOUGH_REPLICAS' });
        const messages = Array.from({ length: 40 }, (_, index) => ({ key: 'k', value: `${'k'.repeat(10_000)}:${index}` }));
        await box.add(pool, { topic: orders, messages });
        const running = relay(box, broker.brokers, { ordering });
        await relayed(broker, orders, 40);
        await running.drain();
        expect(refused.hits).to.equal(1);
        expect(overtakings(valuesOf(broker, orders))).to.deep.equal([]);
      });

    for (const ordering of ['strict', 'relaxed'] as const)
      it(`says on each span where its record stands, also behind that of another producer, where the ordering is ${ordering}`, async () => {
        const orders = 'orders';
        await using broker = await EmbeddedKafka.start({ topics: { [orders]: 1 } });
        const { box, pool } = await open();
        let foreign = 0;
        broker.on('Produce', async (_request, next) => {
          const answer = await next();
          if (foreign++ < 2) broker.topic(orders).append(0, [{ value: 'of another producer' }]);
          return answer;
        });
        const messages = Array.from({ length: 40 }, (_, index) => ({ key: String(index), value: 'k'.repeat(10_000) }));
        await inTransaction(pool, (db) => box.add(db, { topic: orders, messages }));
        const running = relay(box, broker.brokers, { ordering });
        while ((await box.pending()).messages > 0);
        await running.drain();
        const stands = new Map(
          broker
            .topic(orders)
            .records(0)
            .map(({ key, offset }) => [String(key), Number(offset)]),
        );
        const sends = spans.takeAll().filter(({ name }) => name === `send ${orders}`);
        const said = sends.map(({ attributes }) => [attributes['kafka.message.key'], attributes['kafka.offset']]);
        expect(said).to.have.deep.members(messages.map(({ key }) => [key, stands.get(key)]));
      });

    it('goes on after another one of the same outbox, which it stood by for', async () => {
      const topic = await kafka.createTopic();
      const { box, pool } = await open();
      const add = (value: string): Promise<void> => box.add(pool, { topic, messages: [{ key: 'k', value }] });
      const first = relay(box, kafka.brokers(), { lease: 500 });
      while (first.health().state !== 'relaying') await pool.query('SELECT 1');
      const second = relay(box, kafka.brokers(), { lease: 500 });
      await add('1');
      await kafka.read(topic, 1);
      await first.drain();
      await add('2');
      expect((await kafka.read(topic, 2)).map(({ value }) => String(value))).to.deep.equal(['1', '2']);
      expect(second.health().state).to.equal('relaying');
    });

    it('says at its start which options it cannot take', async () => {
      const { box } = await open();
      const options = { producer: { partitioner: () => 0 } } as RelayOptions;
      expect(() => box.relay(client.clients(kafka.brokers()), options)).to.throw(KafkaTracingError, /use producer.createPartitioner/);
    });
  });
}
