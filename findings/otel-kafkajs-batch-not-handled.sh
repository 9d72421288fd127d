#!/usr/bin/env bash
# @opentelemetry/instrumentation-kafkajs 0.33.0: an eachBatch that handles a part of its batch, as where it stops for isStale() or an error, gets a process span for each
# message of the whole batch, handled or not, and again when the rest comes again. With an error all have it, also those that were resolved and do not come again.
# Needs Node 22.15.
. "$(dirname "$0")/support/kafka.sh"
install kafkajs@2.2.4 @opentelemetry/instrumentation-kafkajs@0.33.0 @opentelemetry/sdk-trace@3.1.0 @opentelemetry/api@1.10.0
start_kafka
run <<'JS'
import { createRequire } from 'node:module';
import { SpanStatusCode } from '@opentelemetry/api';
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
const exporter = new InMemorySpanExporter();
const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
new KafkaJsInstrumentation().setTracerProvider(tracerProvider);
const kafkajs = createRequire(import.meta.url)('kafkajs');
const kafka = new kafkajs.Kafka({
  brokers: [process.env.KAFKA_BROKERS],
  logLevel: kafkajs.logLevel.NOTHING,
  retry: { initialRetryTime: 50 },
});
const admin = kafka.admin();
await admin.connect();

await consume('stops after one message', 'parts', async ({ batch, resolveOffset }, begin) => {
  begin(batch.messages[0].offset);
  resolveOffset(batch.messages[0].offset);
});
let isFirst = true;
await consume('fails once, at offset 1', 'orders', async ({ batch, resolveOffset }, begin) => {
  for (const { offset } of batch.messages) {
    begin(offset);
    if (isFirst && offset === '1') {
      isFirst = false;
      throw new Error('no stock');
    }
    resolveOffset(offset);
  }
});
process.exit(0);

// Three messages, until they are handled: the process spans of each.
async function consume(how, topic, eachBatch) {
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, messages: [{ value: '0' }, { value: '1' }, { value: '2' }] });
  const consumer = kafka.consumer({ groupId: `reads-${topic}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const resolved = new Set();
  const begun = [];
  await new Promise((resolve) => {
    void consumer.run({
      eachBatchAutoResolve: false,
      async eachBatch(payload) {
        const resolveOffset = (offset) => {
          resolved.add(offset);
          payload.resolveOffset(offset);
        };
        await eachBatch({ ...payload, resolveOffset }, (offset) => begun.push(offset));
        if (resolved.size === 3) resolve();
      },
    });
  });
  await consumer.disconnect();
  const spans = exporter.getFinishedSpans().filter(({ name }) => name === `process ${topic}`);
  console.log(how);
  for (const offset of ['0', '1', '2']) {
    const own = spans.filter(({ attributes }) => attributes['messaging.kafka.offset'] === offset);
    const states = own.map(({ status }) => (status.code === SpanStatusCode.ERROR ? 'error' : 'ok'));
    console.log(`  offset ${offset}, begun ${begun.filter((each) => each === offset).length}x: ${states.join(', ')}`);
  }
}
JS
expect 'stops after one message
  offset 0, begun 1x: ok
  offset 1, begun 1x: ok, ok
  offset 2, begun 1x: ok, ok, ok
fails once, at offset 1
  offset 0, begun 1x: error
  offset 1, begun 2x: error, ok
  offset 2, begun 1x: error, ok'
