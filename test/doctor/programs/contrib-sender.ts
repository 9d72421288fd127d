// A process of its own: OpenTelemetry's kafkajs instrumentation patches kafkajs permanently, and must do so before it is loaded.
import { createRequire } from 'node:module';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import type * as Kafkajs from 'kafkajs';

/** What the program is told. */
export interface SenderTask {
  readonly brokers: readonly string[];
  readonly topic: string;
  /** Headers of every message, as a handler of HTTP hands them on. */
  readonly headers: Readonly<Record<string, string>>;
  /** How often the instrumentation is made: by the application, and again by what it loads. */
  readonly registrations: number;
}

const { brokers, topic, headers, registrations } = JSON.parse(process.argv[2] ?? '') as SenderTask;
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(new TracerProvider());
for (let index = 0; index < registrations; index++) new KafkaJsInstrumentation().enable();
const { Kafka, logLevel } = createRequire(import.meta.url)('kafkajs') as typeof Kafkajs;
const producer = new Kafka({ clientId: 'contrib', brokers: [...brokers], logLevel: logLevel.NOTHING }).producer();
await producer.connect();
await producer.send({ topic, messages: [1, 2, 3].map((value) => ({ key: 'k', value: String(value), headers: { ...headers } })) });
await producer.disconnect();
