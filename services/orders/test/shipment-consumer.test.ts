import { InFlight, kafkaClient, startConsumer } from '@tracelink-demo/kit';
import { SpanStatusCode } from '@opentelemetry/api';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { Partitioners } from 'kafkajs';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../demo/postgres/embedded-postgres.ts';
import { LogLines } from '../../kit/test/support/log-lines.ts';
import { inSpan, useTracing } from '../../kit/test/support/tracing.ts';
import { databasePool } from '../src/database/database-pool.ts';
import { OrderStore } from '../src/order/order-store.ts';
import { shipmentConsumer } from '../src/order/shipment-consumer.ts';

describe('shipmentConsumer', () => {
  const spans = useTracing();
  const logs = new LogLines();
  let kafka: KafkaUnderTest;
  let postgres: EmbeddedPostgres;
  let pool: ReturnType<typeof databasePool>;
  let store: OrderStore;

  before(async () => {
    kafka = await kafkaUnderTest();
    postgres = await startEmbeddedPostgres();
    pool = databasePool(postgres.url, logs.log);
    store = new OrderStore(pool);
    await store.prepare();
  });
  after(async () => {
    await pool.end();
    await postgres.stop();
    await kafka.stop();
  });

  const insert = async (orderId: string): Promise<void> => {
    await store.insert({ orderId, sku: 'tea', quantity: 1, status: 'placed', placedAt: new Date().toISOString() });
  };

  it("marks each order of a batch in the order's own trace, once, and skips messages that are no shipment", async () => {
    const topic = await kafka.createTopic();
    const client = kafkaClient({ clientId: 'orders', brokers: kafka.brokers, log: logs.log });
    const producer = wrapProducer(client.producer({ createPartitioner: Partitioners.DefaultPartitioner }));
    await producer.connect();
    const ids = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;
    for (const id of ids) await insert(id);
    const values = [
      JSON.stringify({ orderId: ids[0] }),
      '{',
      JSON.stringify({ orderId: 'x' }),
      '7',
      JSON.stringify({ orderId: ids[1] }),
      null,
      JSON.stringify({ orderId: ids[0] }),
    ];
    const traceIds: string[] = [];
    for (const value of values) {
      await inSpan('order', async (traceId) => {
        traceIds.push(traceId);
        await producer.send({ topic, messages: [{ value }] });
      });
    }

    const consumer = wrapConsumer(client.consumer({ groupId: kafka.groupId(), maxWaitTimeInMs: 100 }));
    const eachBatch = shipmentConsumer({ store, inFlight: new InFlight(), log: logs.log });
    await startConsumer(consumer, { eachBatch }, { topic, log: logs.log, signal: new AbortController().signal, onCrash: () => {} });
    const batch = await spans.waitFor(
      ({ name, attributes }) => name === `process ${topic}` && attributes['messaging.batch.message_count'] !== undefined,
    );
    await consumer.disconnect();
    await producer.disconnect();

    expect(batch.links).to.have.length(values.length);
    const processed = spans.takeAll().filter(({ name }) => name === `process ${topic}`);
    expect(processed.map((span) => span.spanContext().traceId)).to.deep.equal(traceIds);
    expect(processed.map(({ status }) => status.code === SpanStatusCode.ERROR)).to.deep.equal([
      false,
      true,
      true,
      true,
      false,
      true,
      false,
    ]);
    for (const id of ids) expect(await store.find(id)).to.include({ status: 'shipped' });
    const shipped = logs.lines.filter(({ msg }) => msg === 'Order shipped');
    expect(shipped.map(({ trace_id }) => trace_id)).to.deep.equal([traceIds[0], traceIds[4]]);
    expect((await logs.line('No order to ship: unknown, or shipped before'))['trace_id']).to.equal(traceIds[6]);
  });
});
