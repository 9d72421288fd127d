import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { consumeEach, produce } from '../support/broker/consume.ts';
import { a, ids } from '../support/telemetry/creation-contexts.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { received, StubConsumer } from '../support/stubs/stub-consumer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';

describe('eachMessage of a wrapped consumer', () => {
  const kafka = useKafka();
  const { spans, metrics } = useTracing();

  it('makes the process span and the commit span of the conventions', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(kafka, topic, [{ key: 'k1', value: 'v', headers: { traceparent: a.traceparent } }]);
    const consumer = await consumeEach(kafka, topic, async ({ partition }) => consumer.commitOffsets([{ topic, partition, offset: '1' }]), {
      client: { groupId },
      run: { autoCommit: false },
    });
    const span = await spans.waitFor(`process ${topic}`);
    const commit = spans.take(`commit ${topic}`);

    expect(span.kind).to.equal(SpanKind.CONSUMER);
    expect(ids(span.parentSpanContext)).to.deep.equal(ids(a));
    expect(span.links.map(({ context: linked, attributes: own }) => ({ ...ids(linked), own }))).to.deep.equal([
      { ...ids(a), own: undefined },
    ]);
    expect(span.status).to.deep.equal({ code: SpanStatusCode.UNSET });
    const { 'server.address': address, 'server.port': port, ...attributes } = span.attributes;
    expect(kafka.brokers()).to.include(`${String(address)}:${String(port)}`);
    expect(attributes).to.deep.equal({
      'messaging.system.name': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': topic,
      'messaging.destination.partition.id': '0',
      'messaging.consumer.group.name': groupId,
      'messaging.client.id': 'kafka-tests',
      'kafka.message.key': 'k1',
      'kafka.offset': 0,
    });

    expect(commit.kind).to.equal(SpanKind.CLIENT);
    expect(ids(commit.parentSpanContext)).to.deep.equal(ids(span.spanContext()));
    expect(commit.attributes).to.deep.equal({
      'messaging.system.name': 'kafka',
      'messaging.operation.name': 'commit',
      'messaging.operation.type': 'settle',
      'messaging.destination.name': topic,
      'messaging.destination.partition.id': '0',
      'messaging.consumer.group.name': groupId,
      'messaging.client.id': 'kafka-tests',
      'kafka.offset': 1,
      'server.address': address,
      'server.port': port,
    });
  });

  it('returns the handler’s promise to kafkajs, which awaits it before it commits or continues (B2)', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: '0' }, { value: '1' }]);
    const steps: string[] = [];
    const release = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    await consumeEach(kafka, topic, async ({ message }) => {
      steps.push(`begin ${message.offset}`);
      entered.resolve();
      await release.promise;
      steps.push(`end ${message.offset}`);
    });
    await entered.promise;
    expect(spans.open()).to.deep.equal([`process ${topic}`]);
    release.resolve();
    await spans.waitFor(`process ${topic}`);
    await spans.waitFor(`process ${topic}`);
    expect(steps).to.deep.equal(['begin 0', 'end 0', 'begin 1', 'end 1']);
  });

  it('numbers each redelivery as an attempt, and keeps them all in the creation context’s trace (B24)', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'v', headers: { traceparent: a.traceparent } }, { value: 'next' }]);
    let calls = 0;
    await consumeEach(kafka, topic, async () => {
      // Not a TypeError: kafkajs takes one for an error that no retry fixes.
      if (++calls < 3) throw Object.assign(new Error(`attempt ${calls}`), { name: 'OutOfStock' });
    });
    const seen = [
      await spans.waitFor(`process ${topic}`),
      await spans.waitFor(`process ${topic}`),
      await spans.waitFor(`process ${topic}`),
    ];
    const next = await spans.waitFor(`process ${topic}`);
    expect(seen.map(({ attributes }) => attributes['tracelink.delivery.attempt'])).to.deep.equal([undefined, 2, 3]);
    expect(seen.map(({ attributes }) => attributes['error.type'])).to.deep.equal(['OutOfStock', 'OutOfStock', undefined]);
    expect(seen.map(({ status }) => status)).to.deep.equal([
      { code: SpanStatusCode.ERROR, message: 'attempt 1' },
      { code: SpanStatusCode.ERROR, message: 'attempt 2' },
      { code: SpanStatusCode.UNSET },
    ]);
    expect(new Set(seen.map((span) => span.spanContext().traceId))).to.deep.equal(new Set([a.traceId]));
    // A message that waits for its next attempt does not wait in the queue.
    const previous = seen.map(({ links }) => links.find(({ attributes }) => attributes?.['tracelink.link.kind'] === 'previous_attempt'));
    expect(previous.map((link) => link?.context.spanId)).to.deep.equal([
      undefined,
      ...seen.slice(0, 2).map((span) => span.spanContext().spanId),
    ]);
    expect(next.attributes).to.include({ 'kafka.offset': 1 }).and.not.have.property('tracelink.delivery.attempt');
    const consumed = (await metrics()).get('messaging.client.consumed.messages');
    expect(consumed?.dataPoints.reduce((sum, { value }) => sum + Number(value), 0)).to.equal(4);
  });

  it('runs the handler in the message’s span and baggage, before and after an await (B15)', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'v', headers: { traceparent: a.traceparent, baggage: 'tenant=acme' } }]);
    const seen: unknown[] = [];
    const look = (): void =>
      void seen.push([trace.getActiveSpan()?.spanContext().spanId, propagation.getActiveBaggage()?.getEntry('tenant')?.value]);
    await consumeEach(kafka, topic, async () => {
      look();
      await new Promise(setImmediate);
      look();
    });
    const own = [(await spans.waitFor(`process ${topic}`)).spanContext().spanId, 'acme'];
    expect(seen).to.deep.equal([own, own]);
  });

  it('does not join the trace in which run() was called, which kafkajs’ loop keeps', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'v' }]);
    const starter = trace.getTracer('test').startSpan('start-up');
    await context.with(trace.setSpan(context.active(), starter), () => consumeEach(kafka, topic, async () => {}));
    starter.end();
    const span = await spans.waitFor(`process ${topic}`);
    spans.take('start-up');
    expect(span.parentSpanContext).to.equal(undefined);
    expect(span.links).to.deep.equal([]);
  });

  it('gives each of 200 concurrent handlers its own context', async () => {
    const client = new StubConsumer();
    const pass = Promise.withResolvers<void>();
    const seen = new Map<string, string | undefined>();
    await wrapConsumer(client).run({
      eachMessage: async ({ message }) => {
        for (let turn = 0; turn < 5; turn++) await (turn === 2 ? pass.promise : new Promise(setImmediate));
        seen.set(String(message.offset), trace.getActiveSpan()?.spanContext().traceId);
      },
    });
    const traceIds = Array.from({ length: 200 }, (_, index) => (index + 1).toString(16).padStart(32, '0'));
    const all = traceIds.map((traceId, offset) =>
      client.deliver(received({ offset: String(offset), headers: { traceparent: `00-${traceId}-00000000000000ab-01` } })),
    );
    pass.resolve();
    await Promise.all(all);
    expect([...seen].toSorted(([left], [right]) => Number(left) - Number(right)).map(([, traceId]) => traceId)).to.deep.equal(traceIds);
    expect(spans.takeAll()).to.have.length(200);
  });

  it('ends the span of a handler that never awaits', async () => {
    const client = new StubConsumer();
    await wrapConsumer(client).run({ eachMessage: (() => 'done') as never });
    expect(client.deliver(received())).to.equal('done');
    expect(spans.take('process orders').status.code).to.equal(SpanStatusCode.UNSET);
  });

  it('ends the span of a handler that throws synchronously, and throws the same object (B17)', async () => {
    const client = new StubConsumer();
    const failure = new RangeError('at once');
    await wrapConsumer(client).run({
      eachMessage: () => {
        throw failure;
      },
    });
    expect(() => client.deliver(received()))
      .to.throw()
      .that.equals(failure);
    const { status, attributes, events } = spans.take('process orders');
    expect(status).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'at once' });
    expect(attributes['error.type']).to.equal('RangeError');
    expect(events.map(({ name }) => name)).to.deep.equal(['exception']);
    const duration = (await metrics()).get('messaging.process.duration');
    expect(duration?.dataPoints.map((point) => point.attributes['error.type'])).to.deep.equal(['RangeError']);
  });

  for (const [what, reason] of [
    ['null', null],
    ['undefined', undefined],
    ['a string', 'no'],
    ['an object without prototype', Object.create(null)],
  ] as const) {
    it(`passes on a rejection with ${what} as it is (B17)`, async () => {
      const client = new StubConsumer();
      await wrapConsumer(client).run({ eachMessage: () => Promise.reject(reason) });
      const outcome = await Promise.allSettled([client.deliver(received())]);
      expect(outcome).to.deep.equal([{ status: 'rejected', reason }]);
      expect(outcome[0]?.status === 'rejected' && Object.is(outcome[0].reason, reason)).to.equal(true);
      expect(spans.take('process orders').attributes['error.type']).to.equal('_OTHER');
    });
  }

  it('ends the span when the handler returns a thenable whose then cannot be read', async () => {
    const client = new StubConsumer();
    const broken = new Proxy(Promise.resolve(), {
      get: () => {
        throw new Error('no then');
      },
    });
    await wrapConsumer(client).run({ eachMessage: () => broken });
    expect(() => client.deliver(received())).to.throw('no then');
    expect(spans.take('process orders').status.message).to.equal('no then');
  });

  it('passes on the client’s own payload and message, which a framework may write to (B27)', async () => {
    const client = new StubConsumer();
    const message = received();
    let seen: unknown;
    await wrapConsumer(client).run({
      eachMessage: async (payload) => {
        seen = payload.message;
        Object.assign(payload.message, { value: { parsed: true }, headers: undefined });
      },
    });
    await client.deliver(message);
    spans.take('process orders');
    expect(seen).to.equal(message);
    expect(message).to.deep.include({ value: { parsed: true } });
  });

  it('accepts frozen messages and payloads', async () => {
    const client = new StubConsumer();
    await wrapConsumer(client).run({ eachMessage: async () => {} });
    await client.config.eachMessage?.(
      Object.freeze({ topic: 'orders', partition: 0, message: Object.freeze(received({ headers: Object.freeze({}) })) }),
    );
    spans.take('process orders');
  });

  it('passes a value that is no message to the handler', async () => {
    const client = new StubConsumer();
    const seen: unknown[] = [];
    await wrapConsumer(client).run({ eachMessage: async ({ message }) => void seen.push(message) });
    for (const garbage of [undefined, null, 7]) await client.deliver(garbage as never);
    expect(seen).to.deep.equal([undefined, null, 7]);
  });
});
