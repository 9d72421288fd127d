import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { context, defaultTextMapSetter, trace, type TextMapPropagator, type TracerProvider as Provider } from '@opentelemetry/api';
import { AlwaysOffSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { Producer as PlatformaticProducer, stringSerializers } from '@platformatic/kafka';
import { wrapProducer } from '@tracelink/kafka';
import { subscribe } from '@tracelink/kafka/subscribe';
import { kafkaPropagation, type KafkaPropagationOptions } from '@tracelink/propagation';
import { Kafka, logLevel, type Message } from 'kafkajs';
import type { SenderTask } from '../programs/contrib-sender.ts';
import { times, traceparent, type Plant } from './plant.ts';

/** Sends to a topic as software does. */
export type Send = (brokers: readonly string[], topic: string) => Promise<void>;

/** A fault that runs here. */
export interface LivePlant extends Pick<Plant, 'rule' | 'also' | 'by'> {
  readonly send: Send;
  /** What another topic that has to be there is called behind the name of its own. @default it needs none */
  readonly suffix?: string;
}

const origin = '-origin';

const sampled = new TracerProvider();
const unsampled = new TracerProvider({ sampler: new AlwaysOffSampler() });

/** By kafkajs, with what a propagator of OpenTelemetry writes for a span. */
export function byPropagator(propagator: TextMapPropagator): Send {
  return (brokers, topic) =>
    byKafkajs(
      brokers,
      topic,
      times(3, () => {
        const headers: Record<string, string> = {};
        propagator.inject(trace.setSpan(context.active(), sampled.getTracer('sender').startSpan('send')), headers, defaultTextMapSetter);
        return { headers: Object.entries(headers) };
      }).map(({ headers }) => ({ value: 'v', headers: Object.fromEntries(headers) as Record<string, string> })),
    );
}

/** By a wrapped producer. */
export function byTracelink(
  options: KafkaPropagationOptions,
  tracerProvider: Provider = sampled,
  message: Message = { value: 'v', headers: { tenant: 'acme' } },
): Send {
  return async (brokers, topic) => {
    const client = new Kafka({ clientId: 'ours', brokers: [...brokers], logLevel: logLevel.NOTHING }).producer();
    await client.connect();
    const producer = wrapProducer(client, { tracerProvider, propagation: kafkaPropagation(options) });
    await producer.send({ topic, messages: Array.from({ length: 20 }, () => ({ ...message })) });
    await client.disconnect();
  };
}

/** By OpenTelemetry's instrumentation of kafkajs, in a process of its own. */
export function byContrib(headers: SenderTask['headers'], registrations = 1): Send {
  return async (brokers, topic) => {
    const program = fileURLToPath(new URL('../programs/contrib-sender.ts', import.meta.url));
    const task: SenderTask = { brokers, topic, headers, registrations };
    await promisify(execFile)(process.execPath, ['-C', '@tracelink/source', program, JSON.stringify(task)]);
  };
}

/** By kafkajs, as it comes. */
export async function byKafkajs(brokers: readonly string[], topic: string, messages: Message[]): Promise<void> {
  const producer = new Kafka({ clientId: 'bare', brokers: [...brokers], logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  await producer.send({ topic, messages });
  await producer.disconnect();
}

async function byPlatformatic(brokers: readonly string[], topic: string, name: string, value: unknown): Promise<void> {
  const producer = new PlatformaticProducer({ clientId: 'strings', bootstrapBrokers: [...brokers], serializers: stringSerializers });
  const headers = new Map([
    ['traceparent', traceparent()],
    [name, value as string],
  ]);
  await producer.send({ messages: [{ topic, value: 'v', headers }] });
  await producer.close();
}

/** By `subscribe` without an SDK: the dead letter of a record that another service traced. */
async function bySubscribe(brokers: readonly string[], topic: string): Promise<void> {
  await byKafkajs(brokers, `${topic}${origin}`, [{ key: 'order-1', value: 'tea', headers: { traceparent: traceparent() } }]);
  const handled = Promise.withResolvers<void>();
  await using _subscription = await subscribe(new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }), {
    groupId: `${topic}-group`,
    topics: [`${topic}${origin}`],
    fromBeginning: true,
    deadLetter: { topic },
    handler(_message, { deadLetter }) {
      handled.resolve();
      deadLetter('no such order');
    },
  });
  // Its end waits for the record.
  await handled.promise;
}

/** One sender after the other. */
function both(...senders: readonly Send[]): Send {
  return async (brokers, topic) => {
    for (const send of senders) await send(brokers, topic);
  };
}

const platformatic = '@platformatic/kafka 2.12.1';

/** Faults that software makes which runs here. */
export const live: readonly LivePlant[] = [
  { rule: 'no-context', by: 'kafkajs 2.2.4 without tracing', send: (brokers, topic) => byKafkajs(brokers, topic, [{ value: 'v' }]) },
  {
    rule: 'context-null',
    by: `${platformatic}: stringSerializers and a header of bytes`,
    send: (brokers, topic) => byPlatformatic(brokers, topic, 'traceparent', Buffer.from(traceparent())),
  },
  {
    rule: 'header-null',
    by: `${platformatic}: stringSerializers and a header of bytes`,
    send: (brokers, topic) => byPlatformatic(brokers, topic, 'note', Buffer.from('text')),
  },
  {
    rule: 'context-spelling',
    by: '@opentelemetry/instrumentation-kafkajs 0.33.0 with headers of HTTP handed on',
    send: byContrib({ Traceparent: traceparent() }),
  },
  {
    rule: 'all-unsampled',
    by: '@opentelemetry/sdk-trace 3.1.0 with AlwaysOffSampler, under tracelink',
    send: byTracelink({ inject: ['w3c'] }, unsampled),
  },
  { rule: 'dead-letter-without-attempt', by: 'subscribe in a service without an SDK', send: bySubscribe, suffix: origin },
  {
    rule: 'formats-mixed',
    by: 'tracelink beside @opentelemetry/core 3.1.0',
    send: both(byTracelink({ inject: ['b3'] }), byPropagator(new W3CTraceContextPropagator())),
  },
  {
    rule: 'spellings-mixed',
    by: '@opentelemetry/propagator-b3 3.1.0 beside tracelink as Java spells it',
    send: both(byTracelink({ inject: ['b3multi'] }), byPropagator(new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }))),
  },
];
