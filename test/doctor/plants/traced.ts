import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SpanKind } from '@opentelemetry/api';
import { AlwaysOffSampler, AlwaysOnSampler } from '@opentelemetry/sdk-trace';
import { wrapConsumer, wrapProducer, type ConsumerOptions, type ProducerOptions } from '@tracelink/kafka';
import { kafkaPropagation } from '@tracelink/propagation';
import { Kafka, logLevel, type Message } from 'kafkajs';
import type { TracedTask } from '../programs/traced-contrib-sender.ts';
import { TracedService } from './traced-service.ts';

/** Where services run: their brokers, a topic of their own with a group for each consumer, and what takes their spans. */
interface Surroundings {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly collector: string;
}

/** Services of which the back end has the spans, and the rule that has to find what is wrong with them; none is wrong where there is none. */
export interface TracedPlant {
  readonly rule?: string;
  /** The software with its version. */
  readonly by: string;
  readonly run: (around: Surroundings) => Promise<void>;
}

const propagation = kafkaPropagation({ inject: ['w3c'] });
const minute = 60_000;

/** A record of a minute ago: a back end is not asked for the spans of the last half. */
function message(): Message {
  return { value: 'v', timestamp: String(Date.now() - minute) };
}

type Producer = ReturnType<ReturnType<typeof client>['producer']>;

function client(brokers: readonly string[]) {
  return new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
}

type Send = (producer: Producer) => Promise<unknown>;

/** A service that sends by a wrapped producer. */
async function sends(around: Surroundings, service: TracedService, send: Send, options: ProducerOptions = {}): Promise<void> {
  await sendsUnseen(around, service, send, options);
  await service.export(around.collector);
}

/** The same, of which the spans go nowhere. */
async function sendsUnseen({ brokers }: Surroundings, service: TracedService, send: Send, options: ProducerOptions = {}): Promise<void> {
  const producer = wrapProducer(client(brokers).producer(), { tracerProvider: service.tracerProvider, propagation, ...options });
  await producer.connect();
  await send(producer);
  await producer.disconnect();
}

/** A service that consumes so many records by a wrapped consumer. */
async function consumes(
  { brokers, topic, collector }: Surroundings,
  service: TracedService,
  { records, by, ...options }: { readonly records: number; readonly by: 'eachMessage' | 'eachBatch' } & ConsumerOptions,
): Promise<void> {
  const groupId = `${topic}-${service.name}`;
  const consumer = wrapConsumer(client(brokers).consumer({ groupId }), { tracerProvider: service.tracerProvider, propagation, ...options });
  const handled = Promise.withResolvers<void>();
  let left = records;
  const handle = (count: number): void => void ((left -= count) <= 0 && handled.resolve());
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run(
    by === 'eachMessage' ? { eachMessage: async () => handle(1) } : { eachBatch: async ({ batch }) => handle(batch.messages.length) },
  );
  await handled.promise;
  // Ends after the handler has, and its span with it.
  await consumer.disconnect();
  await service.export(collector);
}

function plain(topic: string) {
  return (producer: Producer): Promise<unknown> => producer.send({ topic, messages: [message()] });
}

/** Sends of one span each. */
function separately(topic: string, count: number) {
  return async (producer: Producer): Promise<void> => {
    for (let index = 0; index < count; index++) await plain(topic)(producer);
  };
}

function contrib(ownSpan: boolean) {
  return async ({ brokers, topic, collector }: Surroundings): Promise<void> => {
    const task: TracedTask = { brokers, topic, collector, ownSpan };
    const program = fileURLToPath(new URL('../programs/traced-contrib-sender.ts', import.meta.url));
    await promisify(execFile)(process.execPath, ['-C', '@tracelink/source', program, JSON.stringify(task)]);
  };
}

const contribName = '@opentelemetry/instrumentation-kafkajs 0.33.0';

/** Faults that spans tell. */
export const traced: readonly TracedPlant[] = [
  {
    rule: 'send-traced-twice',
    by: 'tracelink in an application’s own span of kind PRODUCER',
    run(around) {
      const service = new TracedService('orders');
      const own = (producer: Producer): Promise<unknown> =>
        service.inSpan('publish', SpanKind.PRODUCER, () => plain(around.topic)(producer));
      return sends(around, service, own);
    },
  },
  { rule: 'send-traced-twice', by: `${contribName} in an application’s own span of kind PRODUCER`, run: contrib(true) },
  {
    rule: 'consumers-disagree',
    by: 'tracelink with relation: "link" beside tracelink as it comes',
    async run(around) {
      await sends(around, new TracedService('orders'), plain(around.topic));
      await consumes(around, new TracedService('stock'), { records: 1, by: 'eachMessage' });
      await consumes(around, new TracedService('invoices'), { records: 1, by: 'eachMessage', relation: 'link' });
    },
  },
  {
    rule: 'batch-links-missing',
    by: '@opentelemetry/sdk-trace 3.1.0 with linkCountLimit 2, under tracelink',
    async run(around) {
      await sends(around, new TracedService('orders'), separately(around.topic, 5));
      await consumes(around, new TracedService('stock', { spanLimits: { linkCountLimit: 2 } }), { records: 5, by: 'eachBatch' });
    },
  },
  {
    rule: 'batch-links-missing',
    by: 'tracelink with linkLimit 2',
    async run(around) {
      await sends(around, new TracedService('orders'), separately(around.topic, 5));
      await consumes(around, new TracedService('stock'), { records: 5, by: 'eachBatch', linkLimit: 2 });
    },
  },
  {
    rule: 'trace-unknown',
    by: 'tracelink in a service that exports nowhere, read by a service that exports',
    async run(around) {
      await sendsUnseen(around, new TracedService('orders'), plain(around.topic));
      await consumes(around, new TracedService('stock'), { records: 1, by: 'eachMessage' });
    },
  },
  {
    rule: 'sampling-lost',
    by: '@opentelemetry/sdk-trace 3.1.0 with AlwaysOffSampler behind a gateway that samples',
    async run(around) {
      const gateway = new TracedService('gateway');
      const orders = new TracedService('orders', { sampler: new AlwaysOffSampler() });
      await gateway.inSpan('POST /orders', SpanKind.SERVER, () => sends(around, orders, plain(around.topic)));
      await gateway.export(around.collector);
    },
  },
];

/** Services in which nothing is wrong. */
export const soundlyTraced: readonly TracedPlant[] = [
  {
    by: 'tracelink: one message, read by two services',
    async run(around) {
      await sends(around, new TracedService('orders'), plain(around.topic));
      for (const name of ['stock', 'invoices']) await consumes(around, new TracedService(name), { records: 1, by: 'eachMessage' });
    },
  },
  {
    by: 'tracelink: createSpans in a span of kind SERVER, read by batches and one by one',
    async run(around) {
      const service = new TracedService('orders');
      const send = (producer: Producer): Promise<unknown> =>
        service.inSpan('POST /orders', SpanKind.SERVER, () =>
          producer.sendBatch({ topicMessages: [{ topic: around.topic, messages: [message(), message(), message()] }] }),
        );
      await sends(around, service, send, { createSpans: true });
      await consumes(around, new TracedService('stock'), { records: 3, by: 'eachBatch' });
      await consumes(around, new TracedService('invoices'), { records: 3, by: 'eachMessage' });
    },
  },
  {
    by: 'tracelink: one span for several messages, read by batches',
    async run(around) {
      const send = (producer: Producer): Promise<unknown> =>
        producer.send({ topic: around.topic, messages: [message(), message(), message()] });
      await sends(around, new TracedService('orders'), send);
      await consumes(around, new TracedService('stock'), { records: 3, by: 'eachBatch' });
    },
  },
  { by: contribName, run: contrib(false) },
  {
    by: 'a sender that samples nothing: two sends in one trace, read by a service that records everything',
    async run(around) {
      const orders = new TracedService('orders', { sampler: new AlwaysOffSampler() });
      const send = (producer: Producer): Promise<unknown> =>
        orders.inSpan('POST /orders', SpanKind.SERVER, () => separately(around.topic, 2)(producer));
      await sends(around, orders, send);
      await consumes(around, new TracedService('stock', { sampler: new AlwaysOnSampler() }), { records: 2, by: 'eachMessage' });
    },
  },
];
