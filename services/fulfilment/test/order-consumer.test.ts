import { InFlight, kafkaClient, startConsumer } from '@tracelink-demo/kit';
import { SpanStatusCode } from '@opentelemetry/api';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { Partitioners, type Producer } from 'kafkajs';
import { LogLines } from '../../kit/test/support/log-lines.ts';
import { useTracing } from '../../kit/test/support/tracing.ts';
import { orderConsumer } from '../src/order-consumer.ts';
import { Stock } from '../src/stock.ts';

describe('orderConsumer', () => {
  const spans = useTracing();
  let kafka: KafkaUnderTest;
  let logs: LogLines;
  let orders: string;
  let shipments: string;
  let producer: Producer;
  let stop: () => Promise<void>;

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
    const consumer = wrapConsumer(client.consumer({ groupId: kafka.groupId(), maxWaitTimeInMs: 100 }));
    const eachMessage = orderConsumer({ producer, shipmentsTopic: shipments, stock: new Stock(), inFlight: new InFlight(), log: logs.log });
    await startConsumer(
      consumer,
      { eachMessage },
      { topic: orders, log: logs.log, signal: new AbortController().signal, onCrash: () => {} },
    );
    stop = async () => {
      await consumer.disconnect();
      await producer.disconnect();
    };
  });
  afterEach(() => stop());

  const place = async (value: string | null): Promise<void> => {
    await producer.send({ topic: orders, messages: [{ key: 'o1', value }] });
  };

  it("ships an order in the order's own trace, with its ids on the log line", async () => {
    await place(JSON.stringify({ orderId: 'o1', sku: 'tea', quantity: 2 }));
    const shipped = await spans.waitFor(`send ${shipments}`);
    const processed = await spans.waitFor(`process ${orders}`);
    const placed = spans.take(`send ${orders}`);
    expect(processed.parentSpanContext?.spanId).to.equal(placed.spanContext().spanId);
    expect(shipped.parentSpanContext?.spanId).to.equal(processed.spanContext().spanId);
    expect(shipped.attributes['kafka.message.key']).to.equal('o1');
    const line = await logs.line('Shipment created');
    expect(line).to.include({
      orderId: 'o1',
      left: 9_998,
      trace_id: placed.spanContext().traceId,
      span_id: processed.spanContext().spanId,
    });
  });

  it('fails a flaky order at its first delivery, visibly, and ships it at the second', async () => {
    await place(JSON.stringify({ orderId: 'o1', sku: 'flaky', quantity: 2 }));
    const failed = await spans.waitFor(`process ${orders}`);
    const succeeded = await spans.waitFor(`process ${orders}`);
    const placed = spans.take(`send ${orders}`).spanContext();
    spans.take(`send ${shipments}`);
    expect(failed.status).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'The shelf of this article is locked' });
    expect(succeeded.status.code).to.equal(SpanStatusCode.UNSET);
    for (const attempt of [failed, succeeded]) expect(attempt.parentSpanContext?.spanId).to.equal(placed.spanId);
  });

  it('logs and skips what is not an order, shows it in the trace, and goes on', async () => {
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
    for (const value of malformed) await place(value);
    await place(JSON.stringify({ orderId: 'o2', sku: 'tea', quantity: 1 }));
    await logs.line('Shipment created');
    for (const value of malformed) {
      const { status, attributes } = await spans.waitFor(`process ${orders}`);
      expect(status, String(value)).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'The message is not an order' });
      expect(attributes['error.type']).to.equal('TypeError');
    }
    expect(logs.lines.filter(({ msg }) => msg === 'Message skipped')).to.have.length(malformed.length);
    await spans.waitFor(`process ${orders}`);
    expect(spans.takeAll()).to.have.length(malformed.length + 2);
  });
});
