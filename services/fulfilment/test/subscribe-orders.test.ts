import { kafkaClient } from '@tracelink-demo/kit';
import { setImmediate as turn } from 'node:timers/promises';
import { SpanStatusCode } from '@opentelemetry/api';
import { wrapProducer } from '@tracelink/kafka';
import { kafkaUnderTest, type KafkaUnderTest, type RecordedSpan } from '@tracelink/testing';
import { expect } from 'chai';
import { Partitioners, type Producer } from 'kafkajs';
import { LogLines } from '../../kit/test/support/log-lines.ts';
import { useTracing } from '../../kit/test/support/tracing.ts';
import { healthOf } from '../src/health.ts';
import { orderHandler } from '../src/order-handler.ts';
import { Stock } from '../src/stock.ts';
import { drainOrders, subscribeOrders } from '../src/subscribe-orders.ts';

describe('the subscription of orders', () => {
  const spans = useTracing();
  let kafka: KafkaUnderTest;
  let logs: LogLines;
  let orders: string;
  let shipments: string;
  let groupId: string;
  let producer: Producer;
  let subscription: Awaited<ReturnType<typeof subscribeOrders>>;

  before(async () => {
    kafka = await kafkaUnderTest();
  });
  after(() => kafka.stop());

  beforeEach(async () => {
    logs = new LogLines();
    orders = await kafka.createTopic();
    shipments = await kafka.createTopic();
    const client = kafkaClient({ clientId: 'fulfilment', brokers: kafka.brokers, log: logs.log });
    producer = wrapProducer(client.producer({ createPartitioner: Partitioners.DefaultPartitioner }));
    await producer.connect();
    groupId = kafka.groupId();
    const handler = orderHandler({ producer, shipmentsTopic: shipments, stock: new Stock(), oversizeShelf: false, log: logs.log });
    subscription = await subscribeOrders({ kafka: client, groupId, ordersTopic: orders, handler, log: logs.log, onCrash: () => {} });
  });
  afterEach(async () => {
    await drainOrders(subscription, 5_000);
    await producer.disconnect();
  });

  const processed = (): Promise<RecordedSpan> => spans.waitFor(`process ${orders}`);
  const place = async (value: string | null): Promise<void> => {
    await producer.send({ topic: orders, messages: [{ key: 'o1', value }] });
  };

  it("ships an order in the order's own trace, with its ids on the log line", async () => {
    await place(JSON.stringify({ orderId: 'o1', sku: 'tea', quantity: 2 }));
    const shipped = await spans.waitFor(`send ${shipments}`);
    const handled = await processed();
    const placed = spans.take(`send ${orders}`);
    expect(handled.parentSpanContext?.spanId).to.equal(placed.spanContext().spanId);
    expect(shipped.parentSpanContext?.spanId).to.equal(handled.spanContext().spanId);
    expect(shipped.attributes['kafka.message.key']).to.equal('o1');
    const line = await logs.line('Shipment created');
    expect(line).to.include({
      orderId: 'o1',
      left: 9_998,
      trace_id: placed.spanContext().traceId,
      span_id: handled.spanContext().spanId,
    });
  });

  it('holds orders while the warehouse does not answer, sends none to the dead-letter topic, and continues by itself', async () => {
    const order = (orderId: string, sku: string, timestamp?: number) => ({
      key: 'o',
      value: JSON.stringify({ orderId, sku, quantity: 1 }),
      ...(timestamp !== undefined && { timestamp: String(timestamp) }),
    });
    // Its ten seconds are nearly over.
    const messages = [order('o1', 'outage', Date.now() - 6_000), ...['o2', 'o3', 'o4'].map((orderId) => order(orderId, 'tea'))];
    await producer.send({ topic: orders, messages });
    expect(await logs.line('Circuit open: messages wait until one can be handled'))
      .to.have.nested.property('error.message')
      .that.matches(/does not answer/);
    const during = JSON.parse(JSON.stringify(healthOf(subscription))) as object;
    expect(during).to.include({ ready: true, ok: false, state: 'running' });
    expect(during)
      .to.have.nested.property('circuitOpen.error')
      .that.matches(/does not answer/);
    expect(await logs.line('Shipment created')).to.include({ orderId: 'o1' });
    await logs.line('Circuit closed: a message was handled');
    expect(healthOf(subscription)).to.include({ ready: true, ok: true, circuitOpen: undefined });
    for (let shipment = 0; shipment < 4; shipment++) await spans.waitFor(`send ${shipments}`);
    await drainOrders(subscription, 5_000);
    expect(spans.takeAll().filter(({ name }) => name.endsWith('.dead-letter'))).to.deep.equal([]);
  });

  it('does not block the warehouse again when a dead-letter record of an outage order is replayed', async () => {
    const placedAt = new Date(Date.now() - 60_000).toISOString();
    await place(JSON.stringify({ orderId: 'o1', sku: 'outage', quantity: 1, placedAt }));
    expect(await logs.line('Shipment created')).to.include({ orderId: 'o1' });
    await processed();
    expect(spans.takeAll().map(({ name }) => name)).to.have.members([`send ${orders}`, `send ${shipments}`]);
  });

  it('fails a flaky order twice, and ships it at the third attempt, each attempt linked to the one before', async () => {
    await place(JSON.stringify({ orderId: 'o1', sku: 'flaky', quantity: 2 }));
    const attempts = [await processed(), await processed(), await processed()];
    const placed = spans.take(`send ${orders}`).spanContext();
    spans.take(`send ${shipments}`);
    expect(attempts.map(({ status }) => status.message)).to.deep.equal([
      'The shelf of this article is locked',
      'The shelf of this article is locked',
      undefined,
    ]);
    for (const attempt of attempts) expect(attempt.parentSpanContext?.spanId).to.equal(placed.spanId);
    for (const [index, attempt] of attempts.entries())
      if (index > 0) expect(attempt.links.map(({ context }) => context.spanId)).to.include(attempts[index - 1]?.spanContext().spanId);
    expect(await logs.line('Attempt failed')).to.include({ attempt: 1, trace_id: placed.traceId });
  });

  it('sends failing and malformed orders to the dead-letter topic, in their traces, and continues', async () => {
    const malformed = [
      null,
      '',
      '{',
      '7',
      'null',
      '{}',
      '{"orderId":"o1","sku":"tea","quantity":0}',
      '{"orderId":"","sku":"tea","quantity":1}',
      '{"orderId":"o1","sku":1,"quantity":1}',
    ];
    // The first failure of a member that has handled nothing yet would open the circuit.
    await place(JSON.stringify({ orderId: 'o0', sku: 'tea', quantity: 1 }));
    await processed();
    for (const value of malformed) await place(value);
    await place(JSON.stringify({ orderId: 'o1', sku: 'poison', quantity: 1 }));
    await place(JSON.stringify({ orderId: 'o2', sku: 'tea', quantity: 1 }));
    for (const value of malformed) {
      const { status, attributes } = await processed();
      expect(status, String(value)).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'The message is not an order' });
      expect(attributes['error.type']).to.equal('TypeError');
    }
    for (let attempt = 1; attempt <= 3; attempt++) expect((await processed()).status.message).to.equal('This article always fails');
    await processed();
    const given = logs.lines.filter(({ msg }) => msg === 'Sent to the dead-letter topic');
    expect(given).to.have.length(malformed.length + 1);
    for (const line of given)
      expect(line)
        .to.include({ deadLetterTopic: `${orders}.${groupId}.dead-letter` })
        .and.to.have.property('trace_id');
    // The orders, their dead-letter records, the shipments.
    expect(spans.takeAll()).to.have.length(malformed.length + 3 + malformed.length + 1 + 2);
  });

  it('aborts a slow order when it drains, and leaves it to the next member', async () => {
    await place(JSON.stringify({ orderId: 'o1', sku: 'slow', quantity: 1 }));
    const placed = await spans.waitFor(`send ${orders}`);
    while (subscription.health().inFlight === 0) await turn();
    expect(await drainOrders(subscription, 100)).to.deep.equal({ abandoned: [] });
    const given = await processed();
    expect(given.parentSpanContext?.spanId).to.equal(placed.spanContext().spanId);
    expect(given.attributes['error.type']).to.equal('AbortError');
    expect(logs.lines.filter(({ msg }) => msg === 'Sent to the dead-letter topic')).to.deep.equal([]);
  });
});
