import { trace } from '@opentelemetry/api';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { startTracing } from '@tracelink/sdk';
import { SpanRecorder } from '@tracelink/testing';
import { traceAssertions } from '@tracelink/testing/chai';
import { Kafka, logLevel } from 'kafkajs';
import { expect, use } from 'chai';
import { packOrders, placeOrder } from './orders.js';

use(traceAssertions);

const spans = new SpanRecorder();
let tracing;
let broker;
let kafka;

before(async () => {
  tracing = startTracing({ serviceName: 'shop', spanProcessors: [spans], metricReaders: [], instrumentations: [] });
  broker = await EmbeddedKafka.start({ topics: { 'orders.placed': 1 } });
  kafka = new Kafka({ clientId: 'shop', brokers: broker.brokers, logLevel: logLevel.NOTHING });
});
afterEach(() => spans.assertDone());
after(async () => {
  await broker.stop();
  await tracing.shutdown();
});

it('packs an order in the trace of its request', async () => {
  const packed = Promise.withResolvers();
  const packing = await packOrders(kafka, packed.resolve);
  await trace.getTracer('shop').startActiveSpan('POST /orders', async (span) => {
    await placeOrder(kafka, { id: 7 });
    span.end();
  });
  expect(await packed.promise).to.deep.equal({ id: 7 });
  await packing.drain();

  expect(spans).to.have.edge('POST /orders', 'send orders.placed', { via: 'parent' });
  expect(spans).to.have.edge('send orders.placed', 'process orders.placed', { via: 'both' });
  expect(spans).not.to.have.leftOverSpans();
});
