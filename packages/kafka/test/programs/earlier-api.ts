// A program whose agent registered a tracer provider with an earlier minor version of OpenTelemetry's API than the one that tracelink imports.
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { Kafka, logLevel } from 'kafkajs';
import { trace } from 'opentelemetry-api-1.9';

trace.setGlobalTracerProvider(new TracerProvider() as never);
const [brokers = '', topic = '', groupId = '', way] = process.argv.slice(2);
const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
const producer = kafka.producer();
await producer.connect();
const consumer = kafka.consumer({ groupId });
const sender = way === 'wrapProducer' ? wrapProducer(producer) : producer;
for (let count = 0; count < 3; count++) await sender.send({ topic, messages: [{ value: 'v' }] });
if (way === 'wrapConsumer') {
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const { promise, resolve } = Promise.withResolvers<void>();
  let seen = 0;
  await wrapConsumer(consumer).run({ eachMessage: async () => void (++seen === 3 && resolve()) });
  await promise;
  await consumer.disconnect();
}
await producer.disconnect();
