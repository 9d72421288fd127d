import { createRequire } from 'node:module';
import { context, metrics, ProxyTracerProvider, trace } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { AlwaysOffSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { kafkaPropagation } from '@tracelink/propagation';
import { SpanRecorder } from '@tracelink/testing';
import { expect } from 'chai';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { a } from '../support/telemetry/creation-contexts.ts';
import { textHeaders, useKafka } from '../support/broker/kafka.ts';
import { OnDemandReader } from '../support/telemetry/on-demand-reader.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';

const carried = {
  traceparent: a.traceparent,
  tracestate: 'vendor=1',
  b3: `${a.traceId}-${a.spanId}-1`,
  'X-B3-TraceId': a.traceId,
  'uber-trace-id': `${a.traceId}:${a.spanId}:0:1`,
  'ce-traceparent': a.traceparent,
  sw8: 'not really',
  'tracelink-origin': a.traceparent,
  'tracelink-trace': 'hops=2;since=1700000000000',
  'tracelink-relation': 'link',
  baggage: 'tenant=acme',
  mine: 'kept',
};

// No suite here leaves a registration behind.
describe('a wrapped producer without a tracer provider', () => {
  const kafka = useKafka();
  const w3c = { propagation: kafkaPropagation({ inject: ['w3c'], extract: ['w3c', 'b3'] }) };
  const record = () => ({ topic: 'orders', messages: [{ value: '1', headers: carried }] });

  afterEach('take down what was registered', () => {
    trace.disable();
    metrics.disable();
  });

  it('sends what it is given, returns the broker’s answer, and adds no header', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(await kafka.producer());
    const [answer] = await producer.send({ topic, messages: [{ key: 'k', value: 'v', headers: { tenant: 'a' } }] });
    expect(answer).to.include({ topicName: topic, partition: 0, baseOffset: '0' });
    const [message] = await kafka.read(topic, 1);
    expect(Object.keys(message?.headers ?? {})).to.deep.equal(['tenant']);
  });

  it('keeps every header of every format byte for byte, in send, sendBatch and a transaction', async () => {
    const topic = await kafka.createTopic();
    const client = await kafka.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true, retry: { retries: 3 } });
    for (const options of [{}, w3c]) {
      const producer = wrapProducer(client, options);
      const messages = [{ value: 'v', headers: carried }];
      await producer.send({ topic, messages });
      await producer.sendBatch({ topicMessages: [{ topic, messages }] });
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages });
      await transaction.sendBatch({ topicMessages: [{ topic, messages }] });
      await transaction.commit();
    }
    for (const { headers } of await kafka.read(topic, 8)) expect(textHeaders(headers)).to.deep.equal(carried);
  });

  it('passes the caller’s own objects to the client', async () => {
    const client = new StubProducer();
    const producer = wrapProducer(client, { ...w3c, createSpans: true, existingContext: 'replace' });
    const [single, batch] = [record(), { topicMessages: [record()] }];
    await producer.send(single);
    await producer.sendBatch(batch);
    expect(client.records[0]).to.equal(single);
    expect(client.records[1]).to.equal(batch);
  });

  it('generates no ids and calls no hook, as there is no span', async () => {
    const client = new StubProducer();
    let calls = 0;
    expect(trace.getSpan(context.active())).to.equal(undefined);
    await wrapProducer(client, { ...w3c, onSend: () => void calls++ }).send({ topic: 'orders', messages: [{ value: '1' }] });
    expect(client.lastHeaders).to.deep.equal([undefined]);
    expect(calls).to.equal(0);
  });

  it('records its metrics when only a meter provider is registered', async () => {
    const reader = new OnDemandReader();
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    const client = new StubProducer();
    const sent = record();
    await wrapProducer(client, w3c).send(sent);
    client.answers(() => Promise.reject(new RangeError('no')));
    await wrapProducer(client, w3c)
      .send(sent)
      .catch(() => {});
    expect(client.records).to.deep.equal([sent, sent]);
    const [counted] = (await reader.points('messaging.client.sent.messages')).map(({ attributes, value }) => [
      attributes['error.type'],
      value,
    ]);
    expect(counted).to.deep.equal([undefined, 1]);
    expect((await reader.points('messaging.client.operation.duration')).map(({ attributes }) => attributes['error.type'])).to.deep.equal([
      undefined,
      'RangeError',
    ]);
  });

  it('starts to trace when a provider is registered, and stops when it is removed', async () => {
    const client = new StubProducer();
    const producer = wrapProducer(client, w3c);
    const spans = new SpanRecorder();
    const sent = { topic: 'orders', messages: [{ value: '1' }] };
    await producer.send(sent);
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [spans] }));
    await producer.send(sent);
    const { traceId, spanId } = spans.take('send orders').spanContext();
    expect(client.lastHeaders[0]).to.include({ traceparent: `00-${traceId}-${spanId}-01` });
    trace.disable();
    await producer.send(sent);
    expect(client.records[0]).to.equal(sent);
    expect(client.records[2]).to.equal(sent);
  });

  it('traces with a provider that another copy of the OpenTelemetry API registered', async () => {
    const copy = createRequire(import.meta.url)('@opentelemetry/api') as { readonly trace: typeof trace };
    expect(copy.trace).not.to.equal(trace);
    const spans = new SpanRecorder();
    const producer = wrapProducer(new StubProducer(), w3c);
    copy.trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [spans] }));
    await producer.send(record());
    copy.trace.disable();
    expect(spans.take('send orders').links).to.have.length(1);
  });

  it('treats a proxy in its options as no provider until an SDK is behind it', async () => {
    const tracerProvider = new ProxyTracerProvider();
    const client = new StubProducer();
    const producer = wrapProducer(client, { ...w3c, tracerProvider });
    const sent = record();
    await producer.send(sent);
    expect(client.records[0]).to.equal(sent);
    const spans = new SpanRecorder();
    tracerProvider.setDelegate(new TracerProvider({ spanProcessors: [spans] }));
    await producer.send(sent);
    expect(spans.take('send orders').links).to.have.length(1);
  });

  it('writes the sampling decision of an SDK whose sampler drops everything, which is a provider', async () => {
    const client = new StubProducer();
    const tracerProvider = new TracerProvider({ sampler: new AlwaysOffSampler() });
    await wrapProducer(client, { ...w3c, tracerProvider }).send({ topic: 'orders', messages: [{ value: '1' }] });
    expect((client.lastHeaders[0] as { traceparent: string }).traceparent).to.match(/^00-[\da-f]{32}-[\da-f]{16}-00$/);
  });
});
