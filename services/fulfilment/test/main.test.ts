import { kafkaUnderTest, OtlpReceiver } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { freePort } from '../../../demo/free-port.ts';
import { partsOf, startServiceUnderTest } from '../../kit/test/support/service-under-test.ts';

describe('the fulfilment process', () => {
  it('creates its topics, ships an order, and at SIGTERM exports its last spans and exits with 0', async () => {
    await using kafka = await kafkaUnderTest();
    await using receiver = await OtlpReceiver.start();
    const [orders, shipments, port] = [kafka.topic('orders'), kafka.topic('shipments'), await freePort()];
    await using service = startServiceUnderTest('fulfilment', {
      KAFKA_BROKERS: kafka.brokers.join(','),
      ORDERS_TOPIC: orders,
      SHIPMENTS_TOPIC: shipments,
      KAFKA_GROUP_ID: kafka.groupId(),
      PORT: String(port),
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      // Longer than the test: what arrives was flushed at the end.
      OTEL_BSP_SCHEDULE_DELAY: '600000',
    });
    await service.line('Ready');
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).to.equal(200);

    const client = new Kafka({ clientId: 'test', brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic: orders, messages: [{ key: 'o1', value: JSON.stringify({ orderId: 'o1', sku: 'tea', quantity: 2 }) }] });
    await producer.disconnect();

    const consumer = client.consumer({ groupId: kafka.groupId(), maxWaitTimeInMs: 100 });
    const { promise: shipped, resolve } = Promise.withResolvers<unknown>();
    await consumer.connect();
    await consumer.subscribe({ topic: shipments, fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => resolve(JSON.parse(String(message.value))) });
    const { shipmentId } = await service.line('Shipment created');
    expect(await shipped).to.deep.equal({ orderId: 'o1', shipmentId, sku: 'tea', quantity: 2 });
    await consumer.disconnect();

    expect(receiver.spans).to.deep.equal([]);
    const { code, lines } = await service.stop();
    expect(code).to.equal(0);
    expect(lines.slice(-3).map(({ msg }) => msg)).to.deep.equal(['Stopping', 'Subscription drained', 'Stopped']);
    expect(partsOf(lines)).to.deep.equal([
      'start start: done',
      'http health: done',
      'consumers orders: done',
      'producer shipments: done',
      'tracing tracing: done',
    ]);
    expect(receiver.spans.map(({ name }) => name)).to.include.members([`process ${orders}`, `send ${shipments}`]);
  });

  it('exits with 1 and names what is missing when it is started without its brokers', async () => {
    await using service = startServiceUnderTest('fulfilment', { OTEL_TRACES_EXPORTER: 'none' });
    const { code, lines } = await service.ended;
    expect(code).to.equal(1);
    expect(lines.map(({ level, msg }) => ({ level, msg }))).to.deep.equal([
      { level: 'fatal', msg: 'Cannot start: KAFKA_BROKERS is missing.' },
    ]);
  });
});
