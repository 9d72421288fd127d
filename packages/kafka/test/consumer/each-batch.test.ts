import { context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { forEachMessage } from '../../src/consumer/for-each-message.ts';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { consumeBatches, produce } from '../support/broker/consume.ts';
import { a, b, created, ids } from '../support/telemetry/creation-contexts.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { providerAsking, type Asked } from '../support/telemetry/sampler-spy.ts';
import { received, StubConsumer } from '../support/stubs/stub-consumer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('eachBatch of a wrapped consumer', () => {
  const kafka = useKafka();
  const { spans, metrics } = useTracing();

  it('makes one root span linked to each creation context, with differing attributes on the links', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(kafka, topic, [
      { key: 'a', value: '1', headers: { traceparent: a.traceparent } },
      { key: 'none', value: '2' },
      { key: 'b', value: null, headers: { traceparent: b.traceparent } },
    ]);
    await consumeBatches(kafka, topic, async () => {}, { client: { groupId } });
    const span = await spans.waitFor(`process ${topic}`);

    expect(span.kind).to.equal(SpanKind.CONSUMER);
    expect(span.parentSpanContext).to.equal(undefined);
    expect(span.links.map((link) => ({ ...ids(link.context), attributes: link.attributes }))).to.deep.equal([
      { ...ids(a), attributes: { 'kafka.message.key': 'a', 'kafka.offset': 0 } },
      { ...ids(b), attributes: { 'kafka.message.key': 'b', 'kafka.message.tombstone': true, 'kafka.offset': 2 } },
    ]);
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
      'messaging.batch.message_count': 3,
    });
    const consumed = (await metrics()).get('messaging.client.consumed.messages');
    expect(consumed?.dataPoints.map(({ value }) => value)).to.deep.equal([3]);
  });

  it('counts a batch of one message as a batch', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: '1' }]);
    await consumeBatches(kafka, topic, async () => {});
    expect((await spans.waitFor(`process ${topic}`)).attributes).to.include({ 'messaging.batch.message_count': 1 });
  });

  it('commits the batch when the handler does not use forEachMessage, as kafkajs does', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(kafka, topic, [{ value: '1' }, { value: '2' }]);
    const consumer = await consumeBatches(kafka, topic, async () => {}, { client: { groupId } });
    await spans.waitFor(`process ${topic}`);
    await consumer.disconnect();
    await produce(kafka, topic, [{ value: '3' }]);
    const offsets: string[] = [];
    await consumeBatches(kafka, topic, async ({ batch }) => void offsets.push(...batch.messages.map(({ offset }) => offset)), {
      client: { groupId },
    });
    await spans.waitFor(`process ${topic}`);
    expect(offsets).to.deep.equal(['2']);
  });

  it('makes a commit span below the batch span when the handler commits offsets, and none when kafkajs commits (10.3)', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: '1' }, { value: '2' }]);
    await consumeBatches(
      kafka,
      topic,
      async (payload) => {
        await payload.commitOffsetsIfNecessary();
        await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition: 0, offset: '1' }] }] });
      },
      { run: { autoCommit: false } },
    );
    const span = await spans.waitFor(`process ${topic}`);
    const commit = spans.take(`commit ${topic}`);
    expect(ids(commit.parentSpanContext)).to.deep.equal(ids(span.spanContext()));
    expect(commit.attributes).to.include({
      'kafka.offset': 1,
      'messaging.destination.partition.id': '0',
      'messaging.operation.type': 'settle',
    });
    expect(spans.takeAll()).to.deep.equal([]);
  });

  it('counts the attempts at a batch that restarts where it failed (B24)', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: '1' }, { value: '2' }]);
    let calls = 0;
    await consumeBatches(kafka, topic, async () => {
      if (++calls === 1) throw new Error('first');
    });
    const seen = [await spans.waitFor(`process ${topic}`), await spans.waitFor(`process ${topic}`)];
    expect(seen.map(({ attributes }) => attributes['tracelink.delivery.attempt'])).to.deep.equal([undefined, 2]);
    const previous = seen.map(({ links }) => links.filter(({ attributes }) => attributes?.['tracelink.link.kind'] === 'previous_attempt'));
    expect(previous.map((links) => links.map(({ context }) => context.spanId))).to.deep.equal([[], [seen[0]?.spanContext().spanId]]);
  });

  it('links once to a context that several messages share, and sets their attributes on their own spans only (10.4)', async () => {
    const client = new StubConsumer();
    await wrapConsumer(client).run({ eachBatch: async () => {} });
    const headers = { traceparent: a.traceparent };
    await client.deliverBatch([received({ headers }), received({ headers }), received({ headers: { traceparent: b.traceparent } })]);
    const { links } = spans.take('process orders');
    expect(links.map((link) => [link.context.spanId, link.attributes])).to.deep.equal([
      [a.spanId, {}],
      [b.spanId, { 'kafka.message.key': 'k', 'kafka.offset': 7 }],
    ]);
  });

  it('shows a sampler the attributes and all links at the start (7.1, 1.21)', async () => {
    const seen: Asked[] = [];
    const client = new StubConsumer();
    await wrapConsumer(client, { tracerProvider: providerAsking(seen, spans), groupId: 'g', clientId: 'c' }).run({
      eachBatch: async () => {},
    });
    await client.deliverBatch(manyMessages(3));
    spans.take('process orders');
    expect(seen).to.have.length(1);
    expect([seen[0]?.links.length, seen[0]?.parent]).to.deep.equal([3, undefined]);
    expect(seen[0]?.attributes).to.include({
      'messaging.destination.name': 'orders',
      'messaging.destination.partition.id': '0',
      'messaging.consumer.group.name': 'g',
      'messaging.operation.type': 'process',
      'messaging.batch.message_count': 3,
    });
  });

  it('passes 1,000 links to the SDK, which keeps as many as it is configured for (7.1)', async () => {
    const seen: Asked[] = [];
    const client = new StubConsumer();
    await wrapConsumer(client, { tracerProvider: providerAsking(seen, spans) }).run({ eachBatch: async () => {} });
    await client.deliverBatch(manyMessages(1_200));
    const span = spans.take('process orders');
    expect(seen[0]?.links).to.have.length(1_000);
    expect(span.links).to.have.length(128);
    expect(span.attributes['tracelink.links.dropped']).to.equal(200);
  });

  for (const [linkLimit, links, dropped] of [
    [129, 129, 1],
    [130, 130, undefined],
    [0, 0, 130],
  ] as const) {
    it(`gives 130 messages ${links} links when the limit is ${linkLimit}`, async () => {
      const seen: Asked[] = [];
      const client = new StubConsumer();
      await wrapConsumer(client, { tracerProvider: providerAsking(seen, spans), linkLimit }).run({ eachBatch: async () => {} });
      await client.deliverBatch(manyMessages(130));
      expect(seen[0]?.links).to.have.length(links);
      expect(spans.take('process orders').attributes['tracelink.links.dropped']).to.equal(dropped);
    });
  }

  it('runs the handler in the batch span, without the context of any message (B9)', async () => {
    const client = new StubConsumer();
    let active: string | undefined;
    await wrapConsumer(client).run({ eachBatch: async () => void (active = trace.getActiveSpan()?.spanContext().spanId) });
    await context.with(trace.setSpanContext(ROOT_CONTEXT, b), () =>
      client.deliverBatch([received({ headers: { traceparent: a.traceparent } })]),
    );
    const span = spans.take('process orders');
    expect(active).to.equal(span.spanContext().spanId);
    expect(span.parentSpanContext).to.equal(undefined);
  });

  it('makes a span when the batch is empty', async () => {
    const client = new StubConsumer();
    await wrapConsumer(client).run({ eachBatch: async () => {} });
    await client.deliverBatch([]);
    expect(spans.take('process orders').attributes).to.include({ 'messaging.batch.message_count': 0 });
  });

  it('resolves the batch after the handler, but not after a failure, without eachBatchAutoResolve, or when a seek made it stale', async () => {
    for (const [config, fails, stale, resolved] of [
      [{}, false, false, ['7']],
      [{ eachBatchAutoResolve: true }, false, false, ['7']],
      [{ eachBatchAutoResolve: false }, false, false, []],
      [{}, true, false, []],
      [{}, false, true, []],
    ] as const) {
      const client = new StubConsumer();
      client.stale = stale;
      await wrapConsumer(client).run({ ...config, eachBatch: () => (fails ? Promise.reject(new Error('no')) : Promise.resolve()) });
      await Promise.allSettled([client.deliverBatch([received()])]);
      spans.take('process orders');
      expect(client.resolved).to.deep.equal(resolved);
    }
  });

  it('resolves the batch with the leader epoch of its last message, which Confluent’s client commits', async () => {
    const client = new StubConsumer();
    const resolved: unknown[] = [];
    await wrapConsumer(client).run({ eachBatch: async () => {} });
    await client.deliverBatch([received({ leaderEpoch: 7 })], { resolveOffset: (...args: unknown[]) => void resolved.push(args) });
    spans.take('process orders');
    expect(resolved).to.deep.equal([['7', 7]]);
  });

  it('ends the span of a handler that throws synchronously, and rejects with the same object (B17)', async () => {
    const client = new StubConsumer();
    const failure = new Error('at once');
    await wrapConsumer(client).run({
      eachBatch: () => {
        throw failure;
      },
    });
    const outcome = await Promise.allSettled([client.deliverBatch([received()])]);
    expect(outcome[0]).to.have.property('reason', failure);
    expect(spans.take('process orders').status.message).to.equal('at once');
  });

  it('passes on a payload that is a class instance as it is', async () => {
    class Payload {
      readonly batch = { topic: 'orders', partition: 0, messages: [received()], lastOffset: (): string => '7' };
      readonly resolveOffset = (): void => {};
      readonly heartbeat = async (): Promise<void> => {};
      readonly commitOffsetsIfNecessary = async (): Promise<void> => {};
      readonly isRunning = (): boolean => true;
      isStale(): boolean {
        return false;
      }
    }
    const client = new StubConsumer();
    const payload = new Payload();
    let seen: unknown;
    await wrapConsumer(client).run({ eachBatch: async (given) => void (seen = given) });
    await client.config.eachBatch?.(payload);
    spans.take('process orders');
    expect(seen).to.equal(payload);
  });

  it('calls the handler without a span when the batch holds no valid message', async () => {
    const client = new StubConsumer();
    let seen = 0;
    await wrapConsumer(client).run({ eachBatch: async ({ batch }) => void (seen = batch.messages.length) });
    await client.deliverBatch([null as never], { batch: { topic: 'orders', partition: 0, messages: [null], lastOffset: () => '3' } });
    expect(seen).to.equal(1);
    expect(client.resolved).to.deep.equal(['3']);
  });

  it('ends each span of forEachMessage, and runs each handler inside its own (B14)', async () => {
    const client = new StubConsumer();
    const inside: unknown[] = [];
    await wrapConsumer(client).run({
      eachBatch: (payload) => forEachMessage(payload, () => inside.push(trace.getActiveSpan()?.spanContext().spanId)),
    });
    await client.deliverBatch(manyMessages(5));
    const [batch, ...own] = spans.takeAll().toReversed();
    expect(batch?.attributes).to.include({ 'messaging.batch.message_count': 5 });
    expect(own.toReversed().map((span) => span.spanContext().spanId)).to.deep.equal(inside);
  });
});

function manyMessages(count: number): ReturnType<typeof received>[] {
  return Array.from({ length: count }, (_, index) => {
    const spanId = (index + 1).toString(16).padStart(16, '0');
    return received({ offset: String(index), headers: { traceparent: `00-${created('d').traceId}-${spanId}-01` } });
  });
}
