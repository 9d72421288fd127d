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

/** What the program is told. */
export interface ContribTask {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly groupId: string;
  /** Where the tracer provider is: registered for all, given to the instrumentation alone, or that and registered with an earlier API. */
  readonly provider: 'registered' | 'given' | 'registered with 1.9.1';
}

const { brokers, topic, groupId, provider } = JSON.parse(process.argv[2] ?? '') as ContribTask;
const exporter = new InMemorySpanExporter();
const warnings: string[] = [];
const keep = (...words: unknown[]): void => void warnings.push(words.join(' '));
diag.setLogger({ error: keep, warn: keep, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
const instrumentation = new KafkaJsInstrumentation();
if (provider !== 'registered') instrumentation.setTracerProvider(tracerProvider);
if (provider === 'registered') trace.setGlobalTracerProvider(tracerProvider);
// Where every copy of the API keeps what is registered, and which of them registered it.
const registered = Symbol.for('opentelemetry.js.api.1');
const global = globalThis as unknown as Record<symbol, object>;
if (provider === 'registered with 1.9.1') global[registered] = { ...global[registered], trace: tracerProvider, version: '1.9.1' };
process.on('warning', (warning) => void warnings.push(`${(warning as { code?: string }).code}: ${warning.message}`));
instrumentation.enable();
const { Kafka, logLevel } = createRequire(import.meta.url)('kafkajs') as typeof Kafkajs;
const kafka = new Kafka({ clientId: 'contrib', brokers: [...brokers], logLevel: logLevel.NOTHING });

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
