// A process of its own: OpenTelemetry's kafkajs instrumentation patches kafkajs permanently, and must do so before it is loaded.
import { createRequire } from 'node:module';
import { propagation, SpanKind } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import type * as Kafkajs from 'kafkajs';
import { TracedService } from '../plants/traced-service.ts';

/** What the program is told. */
export interface TracedTask {
  readonly brokers: readonly string[];
  readonly topic: string;
  /** What takes its spans. */
  readonly collector: string;
  /** Whether the application makes a span of kind PRODUCER around the send. */
  readonly ownSpan: boolean;
}

const { brokers, topic, collector, ownSpan } = JSON.parse(process.argv[2] ?? '') as TracedTask;
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
const service = new TracedService('contrib');
const instrumentation = new KafkaJsInstrumentation();
instrumentation.setTracerProvider(service.tracerProvider);
instrumentation.enable();
const { Kafka, logLevel } = createRequire(import.meta.url)('kafkajs') as typeof Kafkajs;
const producer = new Kafka({ clientId: 'contrib', brokers: [...brokers], logLevel: logLevel.NOTHING }).producer();
await producer.connect();
// Of a minute ago: a back end is not asked for the spans of the last half.
const messages = [{ value: 'v', timestamp: String(Date.now() - 60_000) }];
await service.inSpan('place order', ownSpan ? SpanKind.PRODUCER : SpanKind.SERVER, () => producer.send({ topic, messages }));
await producer.disconnect();
await service.export(collector);
