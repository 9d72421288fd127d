import { context, createContextKey, metrics, ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { kafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import { forEachMessage } from '../../src/consumer/for-each-message.ts';
import { messageContext } from '../../src/consumer/delivered-message.ts';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { a, ids } from '../support/telemetry/creation-contexts.ts';
import { OnDemandReader } from '../support/telemetry/on-demand-reader.ts';
import { copied, received, StubConsumer } from '../support/stubs/stub-consumer.ts';

// No suite here leaves anything registered.
describe('a wrapped consumer without a tracer provider', () => {
  const options = { propagation: kafkaPropagation({ inject: ['w3c'] }) };
  const headers = { traceparent: a.traceparent };

  before('register a context manager, which is no tracer provider', () =>
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()),
  );
  afterEach('take the metrics down', () => metrics.disable());
  after('take the context manager down', () => context.disable());

  it('calls handlers as kafkajs would, with values, errors and contexts unchanged (7.4)', async () => {
    const client = new StubConsumer();
    const failure = new Error('no');
    const seen: unknown[] = [];
    const consumer = wrapConsumer(client, options);
    await consumer.run({ eachMessage: async () => Promise.reject(failure) });
    expect(await Promise.allSettled([client.deliver(received({ headers }))])).to.have.nested.property('[0].reason', failure);
    await consumer.run({ eachBatch: (payload) => forEachMessage(payload, ({ offset }) => void seen.push(offset)) });
    await client.deliverBatch([received({ headers }), received({ offset: '8' })]);
    await consumer.commitOffsets([{ topic: 'orders', partition: 0, offset: '9' }]);
    expect(seen).to.deep.equal(['7', '8']);
    expect(client.resolved).to.deep.equal(['7', '8', '8']);
  });

  it('runs handlers in the active context, and reads headers only for messageContext', async () => {
    const extracted: string[] = [];
    const { propagation } = options;
    const spied = {
      ...propagation,
      extract: (carrier: unknown, topic: string) => {
        extracted.push(topic);
        return propagation.extract(carrier, topic);
      },
    };
    const key = createContextKey('mine');
    const seen: Context[] = [];
    const client = new StubConsumer();
    const consumer = wrapConsumer(client, { ...options, propagation: spied, onProcess: () => seen.push(ROOT_CONTEXT) });
    const message = received({ headers });
    const active = context.active().setValue(key, true);
    await consumer.run({ eachMessage: async () => void seen.push(context.active()) });
    await context.with(active, async () => client.deliver(message));
    await consumer.run({ eachBatch: (payload) => forEachMessage(payload, () => void seen.push(context.active())) });
    await context.with(active, async () => client.deliverBatch([received({ headers })]));
    expect(seen.map((each) => each === active)).to.deep.equal([true, true]);
    expect(extracted).to.deep.equal([]);
    expect(ids(trace.getSpanContext(messageContext(message)))).to.deep.equal(ids(a));
    expect(extracted).to.deep.equal(['orders']);
  });

  it('stops forEachMessage when the handler pauses the partition, and leaves the rest unresolved', async () => {
    const paused: { topic: string; partitions: number[] }[] = [];
    const client = Object.assign(new StubConsumer(), { paused: () => paused });
    await wrapConsumer(client, options).run({
      eachBatch: (payload) => forEachMessage(payload, () => void paused.push({ topic: 'orders', partitions: [0] })),
    });
    await client.deliverBatch([received({ headers }), received({ offset: '8' })]);
    expect(client.resolved).to.deep.equal(['7']);
  });

  it('records its metrics when only a meter provider is registered', async () => {
    const reader = new OnDemandReader();
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    const client = new StubConsumer();
    const consumer = wrapConsumer(client, options);
    await consumer.run({ eachMessage: () => Promise.reject(new RangeError('no')) });
    await Promise.allSettled([client.deliver(received({ headers }))]);
    await consumer.run({ eachBatch: (payload) => forEachMessage(payload, () => {}) });
    await client.deliverBatch([received({ headers })]);
    await consumer.commitOffsets([{ topic: 'orders', partition: 0, offset: '9' }]);
    expect((await reader.points('messaging.client.consumed.messages')).map(({ value }) => value)).to.deep.equal([2]);
    const durations = await reader.points('messaging.process.duration');
    expect(durations.map(({ attributes }) => attributes['error.type'])).to.deep.equal(['RangeError', undefined]);
    expect(await reader.points('messaging.client.operation.duration')).to.have.length(1);
  });

  it('counts messages once, also when its handler gives copies of them', async () => {
    const reader = new OnDemandReader();
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    const client = new StubConsumer();
    await wrapConsumer(client, options).run({ eachBatch: (payload) => forEachMessage(copied(payload), () => {}) });
    await client.deliverBatch([received({ headers }), received({ offset: '8' })]);
    expect((await reader.points('messaging.client.consumed.messages')).map(({ value }) => value)).to.deep.equal([2]);
  });

  it('keeps the sender’s headers on what a handler sends in the message’s context (7.4)', async () => {
    const sent: unknown[] = [];
    const send = async (record: { messages: readonly { headers?: unknown }[] }): Promise<[]> => {
      sent.push(record.messages[0]?.headers);
      return [];
    };
    const producer = wrapProducer({ send, sendBatch: async () => [] }, options);
    const client = new StubConsumer();
    const message = received({ headers });
    await wrapConsumer(client, options).run({ eachMessage: async () => {} });
    await client.deliver(message);
    expect(ids(trace.getSpanContext(messageContext(message)))).to.deep.equal(ids(a));
    await producer.send({ topic: 'next', messages: [{ value: 'v', headers }] } as never);
    expect(sent).to.deep.equal([headers]);
  });
});
