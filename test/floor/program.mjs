// What a user of the oldest supported OpenTelemetry writes. Plain JavaScript: it runs where only the published packages are.
import { context, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { traceId } from '@tracelink/context';
import { forEachMessage, wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { SpanRecorder } from '@tracelink/testing';
import { Kafka, logLevel } from 'kafkajs';

const [topic, groupId] = process.argv.slice(2);
const spans = new SpanRecorder();
const provider = new NodeTracerProvider({ spanProcessors: [spans] });
provider.register();
const kafka = new Kafka({ clientId: 'floor', brokers: process.env.KAFKA_BROKERS.split(','), logLevel: logLevel.NOTHING });
const producer = wrapProducer(kafka.producer());
const consumer = wrapConsumer(kafka.consumer({ groupId }));

await producer.connect();
const request = trace.getTracer('floor').startSpan('request');
await context.with(trace.setSpan(context.active(), request), () => producer.send({ topic, messages: [{ key: 'k', value: 'v' }] }));
request.end();
const handled = Promise.withResolvers();
await consumer.subscribe({ topic, fromBeginning: true });
await consumer.run({ eachBatch: (payload) => forEachMessage(payload, async () => handled.resolve(traceId())) });
const traceOfHandler = await handled.promise;
const batch = await spans.waitFor((span) => span.attributes['messaging.batch.message_count'] === 1);
await consumer.disconnect();
await producer.disconnect();

const send = spans.take(`send ${topic}`);
const message = spans.take(`process ${topic}`);
spans.take('request');
spans.assertDone();
const answer = {
  oneTrace: [send, message].every((span) => span.spanContext().traceId === request.spanContext().traceId),
  handlerInTrace: traceOfHandler === request.spanContext().traceId,
  parentAndLink: [message.parentSpanContext?.spanId, message.links[0]?.context.spanId].every((id) => id === send.spanContext().spanId),
  batchLinked: batch.links[0]?.context.spanId === send.spanContext().spanId,
  offset: send.attributes['kafka.offset'],
};
process.stdout.write(`${JSON.stringify(answer)}\n`);
await provider.shutdown();
