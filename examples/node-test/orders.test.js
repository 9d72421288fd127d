import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { trace } from '@opentelemetry/api';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { startTracing } from '@tracelink/sdk';
import { expectTrace, SpanRecorder } from '@tracelink/testing';
import { Kafka, logLevel } from 'kafkajs';
import { packOrders, placeOrder } from './orders.js';

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

test('an order is packed in the trace of its request', async () => {
  const packed = Promise.withResolvers();
  const packing = await packOrders(kafka, packed.resolve);
  await trace.getTracer('shop').startActiveSpan('POST /orders', async (span) => {
    await placeOrder(kafka, { id: 7 });
    span.end();
  });
  assert.deepEqual(await packed.promise, { id: 7 });
  await packing.drain();

  expectTrace(spans)
    .toHaveEdge('POST /orders', 'send orders.placed', { via: 'parent' })
    .toHaveEdge('send orders.placed', 'process orders.placed', { via: 'both' })
    .toHaveNoLeftOver();
});
