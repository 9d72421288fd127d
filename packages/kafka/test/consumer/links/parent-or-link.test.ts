import { trace } from '@opentelemetry/api';
import { kafkaPropagation, type Relation } from '@tracelink/propagation';
import { expect } from 'chai';
import type { ConsumerOptions } from '../../../src/telemetry/options.ts';
import { relationOf } from '../../../src/consumer/parent-or-link.ts';
import { wrapConsumer } from '../../../src/consumer/wrap-consumer.ts';
import { wrapProducer } from '../../../src/producer/wrap-producer.ts';
import { consumeEach, produce } from '../../support/broker/consume.ts';
import { a, ids } from '../../support/telemetry/creation-contexts.ts';
import { useKafka } from '../../support/broker/kafka.ts';
import { received, StubConsumer } from '../../support/stubs/stub-consumer.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

describe('the relation of a message', () => {
  const kafka = useKafka();
  const { spans, warnings } = useTracing();
  const propagation = kafkaPropagation({ inject: ['w3c'] });

  function relation(options: ConsumerOptions, headers: Record<string, string> = {}, members: object = {}): Relation {
    const all = { traceparent: a.traceparent, ...headers };
    return relationOf(propagation.extract(all, 'orders'), 'orders', received({ headers: all, ...members }), options);
  }

  it('is parent by default', () => {
    expect(relation({})).to.equal('parent');
    expect(relation({ topics: { other: { relation: 'link' } } })).to.equal('parent');
  });

  it('comes from the receiver’s function, then the sender’s header, then the topic, then the wrapper', () => {
    const header = { 'tracelink-relation': 'link' };
    const topics = { orders: { relation: 'link' } } as const;
    expect(relation({ relation: () => 'parent', topics }, header)).to.equal('parent');
    expect(relation({ relation: 'parent' }, header)).to.equal('link');
    expect(relation({ relation: 'link' }, { 'tracelink-relation': 'parent' })).to.equal('parent');
    expect(relation({ relation: 'parent', topics })).to.equal('link');
    expect(relation({ relation: 'link' })).to.equal('link');
  });

  it('does not take a member of Object.prototype for a topic', () => {
    const options: ConsumerOptions = { topics: {} };
    expect(relationOf(propagation.extract({}, 'constructor'), 'constructor', received(), options)).to.equal('parent');
  });

  it('calls a function with the topic and the client’s own message', async () => {
    const client = new StubConsumer();
    const message = received();
    const seen: unknown[] = [];
    await wrapConsumer(client, { relation: (...args) => (seen.push(args), 'link') }).run({ eachMessage: async () => {} });
    await client.deliver(message);
    spans.take('process orders');
    expect(seen).to.deep.equal([['orders', message]]);
  });

  it('is parent when the function throws or returns something else, which is logged, and keeps the span', () => {
    const fail = (): never => {
      throw new Error('on purpose');
    };
    expect(relation({ relation: fail })).to.equal('parent');
    expect(relation({ relation: () => 'child' as never })).to.equal('parent');
    expect(warnings.join()).to.include('the relation option failed');
  });

  it('is link once a trace has more hops than maxHops, whatever the options and the sender say', () => {
    const hop = (hops: number): Record<string, string> => ({
      'tracelink-trace': `hops=${hops};since=${Date.now()}`,
      'tracelink-relation': 'parent',
    });
    expect([1, 2, 3, 4].map((hops) => relation({ traceLimits: { maxHops: 3 }, relation: () => 'parent' }, hop(hops)))).to.deep.equal([
      'parent',
      'parent',
      'parent',
      'link',
    ]);
  });

  it('is link once a trace is older than maxAge, by its header or, on the first hop, by the message’s timestamp', () => {
    const ago = (age: number): string => String(Date.now() - age);
    const traceLimits = { maxAge: 60_000 };
    expect(relation({ traceLimits }, {}, { timestamp: ago(1_000) })).to.equal('parent');
    expect(relation({ traceLimits }, {}, { timestamp: ago(61_000) })).to.equal('link');
    expect(relation({ traceLimits }, { 'tracelink-trace': `hops=2;since=${ago(61_000)}` }, { timestamp: ago(0) })).to.equal('link');
    expect(relation({ traceLimits }, {}, { timestamp: undefined })).to.equal('parent');
    for (const none of ['soon', '-1', '0']) expect(relation({ traceLimits }, {}, { timestamp: none })).to.equal('parent');
  });

  it('is link to a new trace at the third hop when maxHops is 2', async () => {
    const topics = [await kafka.createTopic(), await kafka.createTopic(), await kafka.createTopic()] as const;
    const producer = wrapProducer(await kafka.producer());
    const options: ConsumerOptions = { traceLimits: { maxHops: 2 } };
    await consumeEach(kafka, topics[0], async () => void (await producer.send({ topic: topics[1], messages: [{ value: 'v' }] })), {
      options,
    });
    await consumeEach(kafka, topics[1], async () => void (await producer.send({ topic: topics[2], messages: [{ value: 'v' }] })), {
      options,
    });
    await consumeEach(kafka, topics[2], async () => {}, { options });
    await producer.send({ topic: topics[0], messages: [{ value: 'v' }] });
    const [first, second, third] = [
      await spans.waitFor(`process ${topics[0]}`),
      await spans.waitFor(`process ${topics[1]}`),
      await spans.waitFor(`process ${topics[2]}`),
    ];
    const sends = topics.map((topic) => spans.take(`send ${topic}`));
    const { traceId } = first.spanContext();
    expect(second.spanContext().traceId).to.equal(traceId);
    expect(third.spanContext().traceId).to.not.equal(traceId);
    expect(third.parentSpanContext).to.equal(undefined);
    expect(third.links.map((link) => ids(link.context))).to.deep.equal([ids(sends[2]?.spanContext())]);
    expect(third.attributes).to.include({ 'tracelink.link.trace_id': traceId });
  });

  it('comes from the sender through a real broker', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(await kafka.producer(), { relation: 'link' });
    await consumeEach(kafka, topic, async () => {});
    await trace.getTracer('test').startActiveSpan('request', async (span) => {
      await producer.send({ topic, messages: [{ value: 'v' }] });
      span.end();
    });
    const request = spans.take('request');
    const processed = await spans.waitFor(`process ${topic}`);
    expect(processed.spanContext().traceId).to.not.equal(request.spanContext().traceId);
    expect(processed.links.map((link) => ids(link.context))).to.deep.equal([ids(spans.take(`send ${topic}`).spanContext())]);
  });

  it('is link for a topic whose option says so, beside a topic that continues the trace', async () => {
    const [linked, continued] = [await kafka.createTopic(), await kafka.createTopic()];
    const options: ConsumerOptions = { topics: { [linked]: { relation: 'link' } } };
    for (const topic of [linked, continued]) {
      await produce(kafka, topic, [{ value: 'v', headers: { traceparent: a.traceparent } }]);
      await consumeEach(kafka, topic, async () => {}, { options });
    }
    expect((await spans.waitFor(`process ${linked}`)).parentSpanContext).to.equal(undefined);
    expect(ids((await spans.waitFor(`process ${continued}`)).parentSpanContext)).to.deep.equal(ids(a));
  });
});
