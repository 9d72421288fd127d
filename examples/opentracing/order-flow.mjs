// What is around the checkout, the same under both SDKs: a request, a bare kafkajs producer, a consumer of @tracelink/kafka.
import { trace } from '@opentelemetry/api';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { wrapConsumer } from '@tracelink/kafka';
import { printTrace } from '@tracelink/testing';
import { Kafka, logLevel, Partitioners } from 'kafkajs';

const topic = 'orders';

/** Runs a checkout inside a request, receives what it published, and draws the trace. */
export async function runOrderFlow(checkout, spans) {
  await using broker = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
  const kafka = new Kafka({ clientId: 'opentracing', brokers: broker.brokers, logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const consumer = wrapConsumer(kafka.consumer({ groupId: 'fulfilment', maxWaitTimeInMs: 100 }));
  await producer.connect();
  await consumer.connect();

  const tracer = trace.getTracer('shop');
  const send = (message) => producer.send({ topic, messages: [message] });
  await tracer.startActiveSpan('POST /orders', async (request) => {
    await checkout({ orderId: 'o1', quantity: 2 }, send);
    request.end();
  });

  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ eachMessage: async () => tracer.startActiveSpan('pack', (span) => span.end()) });
  const processed = await spans.waitFor(`process ${topic}`);
  await consumer.disconnect();
  await producer.disconnect();
  printTrace([...spans.takeAll(), processed]);
}
