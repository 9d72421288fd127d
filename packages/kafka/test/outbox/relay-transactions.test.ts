import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { outbox, type Outbox, type PgPool } from '../../src/outbox/index.ts';
import { library } from '../client/confluent/use-confluent.ts';
import { confluentKafka, kafkajs, platformaticKafka } from '../support/broker/engine-client.ts';
import { intercepted, useOutboxes } from '../support/postgres/outbox.ts';
import { useEmbeddedPostgres } from '../support/postgres/postgres.ts';
import { relayed, valuesOf, warnings } from '../support/postgres/relayed.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

const topic = 'orders';
const lease = 200;
const standsBy = /has taken the lease/;

for (const client of [kafkajs, ...(library === undefined ? [] : [confluentKafka]), platformaticKafka]) {
  describe(`the transactions of an outbox relay on ${client.name}`, () => {
    const postgres = useEmbeddedPostgres();
    const { open, relay } = useOutboxes(postgres, client);
    let kafka: EmbeddedKafka;

    beforeEach('start a broker', async () => {
      kafka = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
    });
    postgres.beforeEnd(() => kafka.stop());
    afterEach('take the spans that are left', () => void spans.takeAll());
    const { spans } = useTracing();

    for (const api of ['Produce', 'AddPartitionsToTxn', 'EndTxn', 'InitProducerId'] as const)
      it(`keep the order when a relay’s ${api} reaches the broker after its lease has ended and another relay has sent`, async () => {
        const { box, pool, table } = await open();
        await add(box, pool, 'a:0');
        const gate = Promise.withResolvers<void>();
        const arrived = Promise.withResolvers<void>();
        const answered = Promise.withResolvers<void>();
        const stop = kafka.on(api, async ({ clientId }, next) => {
          if (clientId !== 'first') return next();
          arrived.resolve();
          await gate.promise;
          const answer = await next();
          answered.resolve();
          return answer;
        });
        // The first relay is slow, not only its request: it neither renews the lease nor learns that another has it.
        let isStopped = false;
        const slow = intercepted(pool, () => (isStopped ? gate.promise : undefined));
        const { log, next } = warnings();
        const first = relay(outbox(slow, { table }), kafka.brokers, { lease, listen: false, log }, { clientId: 'first' });
        await arrived.promise;
        isStopped = true;
        await add(box, pool, 'a:1');
        // Its own lease is long: nothing takes it away from the relay while the test looks.
        const second = relay(box, kafka.brokers, { lease: 60_000, listen: false });
        await emptied(box);
        gate.resolve();
        await answered.promise;
        stop();
        expect((await next()).text).to.match(standsBy);
        // Until its next poll its error is that the database did not answer.
        while (first.health().error !== undefined) await pool.query('SELECT 1');
        expect(first.health()).to.deep.equal({ ok: true, state: 'standby', held: [], error: undefined });
        await add(box, pool, 'a:2');
        await emptied(box);
        // The records of an aborted transaction are visible to consumers that read uncommitted records.
        const values = valuesOf(kafka, topic);
        expect(values.slice(values.indexOf('a:1'))).to.deep.equal(['a:1', 'a:2']);
        expect((await first.drain()).sent).to.equal(0);
        expect(second.health().state).to.equal('relaying');
      });

    it('continue with a new producer when the broker has aborted one that timed out', async () => {
      const { box, pool } = await open();
      const { log, next } = warnings();
      const transactionalId = 'shop';
      let timedOut = 0;
      const stop = kafka.on('EndTxn', (_, end) => {
        if (timedOut++ === 0) kafka.expireTransaction(`${transactionalId}.${topic}.0`);
        return end();
      });
      await add(box, pool, 'a:0');
      const running = relay(box, kafka.brokers, { log, producer: { transactionalId } });
      expect(String((await next()).error)).to.match(/old epoch|PRODUCER_FENCED/);
      await emptied(box);
      await add(box, pool, 'a:1');
      await emptied(box);
      stop();
      expect(running.health()).to.deep.equal({ ok: true, state: 'relaying', held: [], error: undefined });
      expect(valuesOf(kafka, topic), 'the first of them is aborted').to.deep.equal(['a:0', 'a:0', 'a:1']);
      expect(timedOut, 'the transactions ended').to.equal(3);
    });

    it('span several batches, and give each message its own offset', async () => {
      const { box, pool } = await open();
      let ends = 0;
      const stop = kafka.on('EndTxn', (_, end) => {
        ends++;
        return end();
      });
      await box.add(pool, { topic, messages: Array.from({ length: 7 }, (_, index) => ({ value: String(index) })) });
      relay(box, kafka.brokers, { batch: { messages: 2 } });
      await emptied(box);
      stop();
      expect(ends).to.equal(1);
      expect(valuesOf(kafka, topic)).to.deep.equal(['0', '1', '2', '3', '4', '5', '6']);
      const sent = spans.takeAll().filter(({ name }) => name === `send ${topic}`);
      expect(sent.map(({ attributes }) => attributes['kafka.offset'])).to.deep.equal([0, 1, 2, 3, 4, 5, 6]);
    });

    // librdkafka sends them again until the broker has answered: nothing fails.
    if (client !== confluentKafka)
      it('lose nothing when the answer to a request is lost', async () => {
        // The next records would have the sequence numbers of these, and the broker would drop them as duplicates.
        const { box, pool } = await open();
        kafka.fault({ api: 'Produce', topic, times: 6 }, { drop: 'after' });
        await add(box, pool, 'a:0');
        const { log, next } = warnings();
        relay(box, kafka.brokers, { log });
        await next();
        await add(box, pool, 'a:1');
        await emptied(box);
        await relayed(kafka, topic, 2);
        expect(valuesOf(kafka, topic)).to.deep.equal(['a:0', 'a:0', 'a:1']);
      });

    it('stay open only for the partitions that refuse writes', async () => {
      await kafka.stop();
      kafka = await EmbeddedKafka.start({ topics: { [topic]: 2 } });
      const { box, pool } = await open();
      const { log, next } = warnings();
      kafka.fault({ api: 'Produce', topic, partition: 0, times: Infinity }, { error: 'NOT_ENOUGH_REPLICAS' });
      await box.add(pool, { topic, messages: [0, 1].map((partition) => ({ value: String(partition), partition })) });
      relay(box, kafka.brokers, { log, producer: { transactionalId: 'shop' } });
      await next();
      await relayed(kafka, topic, 1);
      while ((await box.pending()).messages > 1);
      expect(valuesOf(kafka, topic)).to.deep.equal(['1']);
    });

    const add = (box: Outbox, pool: PgPool, value: string): Promise<void> => box.add(pool, { topic, messages: [{ key: 'a', value }] });

    async function emptied(box: Outbox): Promise<void> {
      while ((await box.pending()).messages > 0);
    }
  });
}
