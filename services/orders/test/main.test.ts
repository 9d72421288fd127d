import { kafkaUnderTest, OtlpReceiver } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { startEmbeddedPostgres } from '../../../demo/postgres/embedded-postgres.ts';
import { freePort } from '../../../demo/free-port.ts';
import { placeOrder } from '../../../demo/place-order.ts';
import { partsOf, startServiceUnderTest } from '../../kit/test/support/service-under-test.ts';

describe('the orders process', () => {
  it('accepts an order, marks it as shipped, and at SIGTERM exports its last spans and exits with 0', async () => {
    await using kafka = await kafkaUnderTest();
    await using postgres = await startEmbeddedPostgres();
    await using receiver = await OtlpReceiver.start();
    const [orders, shipments, port] = [kafka.topic('orders'), kafka.topic('shipments'), await freePort()];
    await using service = startServiceUnderTest('orders', {
      DATABASE_URL: postgres.url,
      KAFKA_BROKERS: kafka.brokers.join(','),
      ORDERS_TOPIC: orders,
      SHIPMENTS_TOPIC: shipments,
      AUDIT_TOPIC: kafka.topic('audit'),
      KAFKA_GROUP_ID: kafka.groupId(),
      PORT: String(port),
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      // Longer than the test: what arrives was flushed at the end.
      OTEL_BSP_SCHEDULE_DELAY: '600000',
    });
    await service.line('Ready');
    const url = `http://127.0.0.1:${port}`;
    expect((await fetch(`${url}/health`)).status).to.equal(200);
    const { orderId, traceId } = await placeOrder(url, 'tea', AbortSignal.timeout(10_000));

    const client = new Kafka({ clientId: 'test', brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    const consumer = client.consumer({ groupId: kafka.groupId(), maxWaitTimeInMs: 100 });
    const { promise: placed, resolve } = Promise.withResolvers<unknown>();
    await consumer.connect();
    await consumer.subscribe({ topic: orders, fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => resolve(JSON.parse(String(message.value))) });
    expect(await placed).to.include({ orderId, sku: 'tea', quantity: 2 });
    await consumer.disconnect();

    const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic: shipments, messages: [{ key: orderId, value: JSON.stringify({ orderId }) }] });
    await producer.disconnect();
    expect(await service.line('Order shipped')).to.include({ orderId });
    const response = await fetch(`${url}/orders/${orderId}`);
    const shown = (await response.json()) as { data: unknown; traceId: string };
    expect(shown.data).to.include({ orderId, status: 'shipped' });
    expect(response.headers.get('traceresponse')).to.contain(shown.traceId);

    expect(await service.line('Audit note written')).to.include({ caller: 'node' });
    expect(receiver.spans).to.deep.equal([]);
    const { code, lines } = await service.stop();
    expect(code).to.equal(0);
    expect(lines.slice(-3).map(({ msg }) => msg)).to.deep.equal(['Stopping', 'The relay of the outbox has drained', 'Stopped']);
    expect(partsOf(lines)).to.deep.equal([
      'start start: done',
      'http server: done',
      'tasks audit notes: done',
      'consumers shipments: done',
      'consumers audit notes: done',
      'producer outbox: done',
      'producer broker check: done',
      'producer audit notes: done',
      'tracing tracing: done',
      'database pool: done',
    ]);
    const names = receiver.spans.filter((span) => span.traceId === traceId).map(({ name }) => name);
    expect(names).to.include.members(['POST /orders', 'audit note', `create ${orders}`, `send ${orders}`]);
    expect(receiver.spans.filter((span) => span.traceId === shown.traceId && span.kind === 'server')).to.have.length(1);
    expect(receiver.spans.map(({ name }) => name)).to.include(`process ${shipments}`);
  });

  it('exits with 1 and names everything that is missing when it is started without its settings', async () => {
    await using service = startServiceUnderTest('orders', { OTEL_TRACES_EXPORTER: 'none' });
    const { code, lines } = await service.ended;
    expect(code).to.equal(1);
    expect(lines.map(({ level, msg }) => ({ level, msg }))).to.deep.equal([
      { level: 'fatal', msg: 'Cannot start: DATABASE_URL is missing; KAFKA_BROKERS is missing.' },
    ]);
  });
});
