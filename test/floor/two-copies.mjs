// Copies of the packages in one process: those that this imports, those that it requires, and those of the folder `second`, installed again.
// Each pair is put to work together. Prints what it found.
import { createRequire } from 'node:module';
import { context, diag, DiagLogLevel, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { contextValue } from '@tracelink/context';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { outboxId } from '@tracelink/kafka/idempotency';
import { KafkaTracingError, subscribe } from '@tracelink/kafka/subscribe';
import { SpanRecorder } from '@tracelink/testing';
import { Kafka, logLevel } from 'kafkajs';

const required = createRequire(import.meta.url);
const second = createRequire(new URL('second/program.js', import.meta.url));
const warnings = [];
process.on('warning', ({ code }) => code !== undefined && warnings.push(code));
const said = [];
diag.setLogger({ error() {}, warn: (...words) => said.push(words.join(' ')), info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
const spans = new SpanRecorder();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [spans] }));
const broker = await EmbeddedKafka.start({ topics: { required: 1, second: 1 } });
const kafka = new Kafka({ clientId: 'copies', brokers: broker.brokers, logLevel: logLevel.NOTHING });
const tenant = contextValue('tenant', { detached: true });

/** What the imported copy and another do with each other's objects. */
async function together(load, topic) {
  const other = { ...load('@tracelink/kafka'), ...load('@tracelink/kafka/subscribe'), ...load('@tracelink/context') };
  const producer = wrapProducer(kafka.producer());
  const consumer = wrapConsumer(kafka.consumer({ groupId: topic }), { relation: 'link' });
  const wrapped = other.wrapProducer(producer) === producer && other.wrapConsumer(consumer) === consumer;

  await producer.connect();
  await other.wrapProducer(producer).send({ topic, messages: [{ value: 'tea' }] });
  const handled = Promise.withResolvers();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ eachBatch: (payload) => other.forEachMessage(payload, async () => handled.resolve()) });
  await handled.promise;
  const batch = await spans.waitFor((span) => span.attributes['messaging.batch.message_count'] === 1);
  await consumer.disconnect();
  const all = [...spans.takeAll(), batch];
  const names = all.map(({ name }) => String(name)).toSorted();
  // By the option of the wrapper; by default it would be the send's child.
  const childOfBatch = all.some(({ parentSpanContext }) => parentSpanContext?.spanId === batch.spanContext().spanId);

  const signal = Promise.withResolvers();
  const dead = Promise.withResolvers();
  const subscription = await subscribe(kafka, {
    groupId: `${topic}-subscription`,
    topics: [topic],
    fromBeginning: true,
    codec: {
      decode(value) {
        if (String(value) === 'poison') throw new other.UndecodableError('no');
        return value;
      },
    },
    handler: (_message, scope) => signal.resolve(scope.signal !== undefined && other.currentSignal() === scope.signal),
  });
  subscription.on('dead-letter', ({ attempts }) => dead.resolve(attempts));
  await producer.send({ topic, messages: [{ value: 'poison' }] });
  const found = { signal: await signal.promise, attemptsAtUndecodable: await dead.promise };
  await subscription.drain();
  await producer.disconnect();

  const tasks = new other.BackgroundTasks({ onError: () => {} });
  const task = context.with(tenant.set(context.active(), 'acme'), () => tasks.run('task', async () => tenant.get()));
  const values = await context.with(tenant.set(context.active(), 'acme'), () => context.with(other.cloneContext(), () => tenant.get()));
  await task.done;
  await tasks.drain();
  outboxId({ topic: 'orders', partition: 0, offset: '1', timestamp: 1, headers: {} });
  load('@tracelink/kafka/idempotency').outboxId({ topic: 'orders', partition: 0, offset: '1', timestamp: 1, headers: {} });
  spans.takeAll();
  return { isAnother: other.wrapProducer !== wrapProducer, wrapped, names, childOfBatch, ...found, values, errors: errors(load) };
}

/** Whether an error of the imported copy is one of the other's, and none of what it is not. */
function errors(load) {
  const { KafkaTracingError: Other, UndecodableError } = load('@tracelink/kafka/subscribe');
  const error = new KafkaTracingError('invalid_option', 'no');
  return [error instanceof Other, error instanceof UndecodableError, new UndecodableError('no') instanceof KafkaTracingError];
}

const answer = { required: await together(required, 'required'), second: await together(second, 'second') };
await broker.stop();
await new Promise((resolve) => setImmediate(resolve));
process.stdout.write(`${JSON.stringify({ ...answer, warnings, said: said.filter((line) => line.includes('mirrored')).length })}\n`);
