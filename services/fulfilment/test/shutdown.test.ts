import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { LogLine } from '../../kit/test/support/log-lines.ts';
import { startServiceUnderTest, type ServiceUnderTest } from '../../kit/test/support/service-under-test.ts';

describe('the shutdown of the fulfilment process', () => {
  const count = 300;
  let kafka: KafkaUnderTest;
  before(async () => {
    kafka = await kafkaUnderTest();
  });
  after(() => kafka.stop());

  const shippedBy = (lines: readonly LogLine[]): unknown[] =>
    lines.filter(({ msg }) => msg === 'Shipment created').map(({ orderId }) => orderId);

  it('ends between two messages, commits the completed ones, and leaves the rest to the next process', async () => {
    const [orders, shipments, groupId] = [kafka.topic('orders'), kafka.topic('shipments'), kafka.groupId()];
    const start = (): ServiceUnderTest =>
      startServiceUnderTest('fulfilment', {
        KAFKA_BROKERS: kafka.brokers.join(','),
        ORDERS_TOPIC: orders,
        SHIPMENTS_TOPIC: shipments,
        KAFKA_GROUP_ID: groupId,
        OTEL_TRACES_EXPORTER: 'none',
      });
    await using first = start();
    await first.line('Ready');
    const client = new Kafka({ clientId: 'test', brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const ids = Array.from({ length: count }, (_, index) => `order-${index}`);
    await producer.send({
      topic: orders,
      messages: ids.map((orderId) => ({ key: orderId, value: JSON.stringify({ orderId, sku: 'tea', quantity: 1 }) })),
    });
    await producer.disconnect();
    await first.line('Shipment created');
    const ended = await first.stop();
    expect(ended.code).to.equal(0);
    const done = shippedBy(ended.lines);
    // Otherwise it was not in the middle of a message.
    expect(done.length).to.be.within(1, count - 1);

    const admin = client.admin();
    await admin.connect();
    const [offsets] = await admin.fetchOffsets({ groupId, topics: [orders] });
    await admin.disconnect();
    expect((offsets?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)).to.equal(done.length);

    await using second = start();
    const rest = new Set<unknown>(ids.filter((id) => !done.includes(id)));
    await second.until((lines) => shippedBy(lines).length >= rest.size);
    const { code, lines } = await second.stop();
    expect(code).to.equal(0);
    expect(new Set(shippedBy(lines))).to.deep.equal(rest);
    expect(shippedBy(lines)).to.have.length(rest.size);
  });
});
