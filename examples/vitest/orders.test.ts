import { trace } from '@opentelemetry/api';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { startTracing, type Tracing } from '@tracelink/sdk';
import { SpanRecorder } from '@tracelink/testing';
import { traceMatchers } from '@tracelink/testing/vitest';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { packOrders, placeOrder, type Order } from './orders.ts';

expect.extend(traceMatchers);

const spans = new SpanRecorder();
let tracing: Tracing;
let broker: EmbeddedKafka;
let kafka: Kafka;

beforeAll(async () => {
  tracing = startTracing({ serviceName: 'shop', spanProcessors: [spans], metricReaders: [], instrumentations: [] });
  broker = await EmbeddedKafka.start({ topics: { 'orders.placed': 1 } });
  kafka = new Kafka({ clientId: 'shop', brokers: broker.brokers, logLevel: logLevel.NOTHING });
});
afterEach(() => spans.assertDone());
afterAll(async () => {
  await broker.stop();
  await tracing.shutdown();
});

test('an order is packed in the trace of its request', async () => {
  const packed = Promise.withResolvers<Order>();
  const packing = await packOrders(kafka, packed.resolve);
  await trace.getTracer('shop').startActiveSpan('POST /orders', async (span) => {
    await placeOrder(kafka, { id: 7 });
    span.end();
  });
  expect(await packed.promise).toEqual({ id: 7 });
  await packing.drain();

  expect(spans).toHaveEdge('POST /orders', 'send orders.placed', { via: 'parent' });
  expect(spans).toHaveEdge('send orders.placed', 'process orders.placed', { via: 'both' });
  expect(spans).not.toHaveLeftOverSpans();
});
