// A process of its own: OpenTelemetry's kafkajs instrumentation patches kafkajs permanently, and must do so before it is loaded.
import { createRequire } from 'node:module';
import { context, diag, DiagLogLevel, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import type * as Kafkajs from 'kafkajs';

/** What the program prints. */
export interface ContribReport {
  /** `scope: name`, sorted. */
  readonly bare: readonly string[];
  readonly wrapped: readonly string[];
  readonly warnings: readonly string[];
}

const { brokers, topic, groupId } = JSON.parse(process.argv[2] ?? '') as { brokers: string[]; topic: string; groupId: string };
const exporter = new InMemorySpanExporter();
const warnings: string[] = [];
const keep = (...words: unknown[]): void => void warnings.push(words.join(' '));
diag.setLogger({ error: keep, warn: keep, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
const instrumentation = new KafkaJsInstrumentation();
instrumentation.enable();
const { Kafka, logLevel } = createRequire(import.meta.url)('kafkajs') as typeof Kafkajs;
const kafka = new Kafka({ clientId: 'contrib', brokers, logLevel: logLevel.NOTHING });

const producer = kafka.producer({ transactionalId: groupId, idempotent: true, maxInFlightRequests: 1 });
await producer.connect();
const message = { topic, messages: [{ value: 'v' }] };

await producer.send(message);
const bare = spans();

const wrapped = wrapProducer(producer);
// A second one is patched, too, without another warning.
wrapProducer(producer);
await wrapped.send(message);
await wrapped.sendBatch({ topicMessages: [message] });
const transaction = await wrapped.transaction();
await transaction.send(message);
await transaction.commit();

const consumer = wrapConsumer(kafka.consumer({ groupId }));
const { promise, resolve } = Promise.withResolvers<void>();
let seen = 0;
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
await consumer.run({ eachMessage: async () => void (++seen === 4 && resolve()) });
await promise;
await consumer.disconnect();
await producer.disconnect();
process.stdout.write(JSON.stringify({ bare, wrapped: spans(), warnings } satisfies ContribReport));

function spans(): string[] {
  const names = exporter
    .getFinishedSpans()
    .map(({ name, instrumentationScope }) => `${instrumentationScope.name}: ${name.replace(topic, 'T')}`);
  exporter.reset();
  return names.toSorted();
}
