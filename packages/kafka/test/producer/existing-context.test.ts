import { SpanKind } from '@opentelemetry/api';
import { kafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { forEachMessage } from '../../src/consumer/for-each-message.ts';
import { a, b, ids } from '../support/telemetry/creation-contexts.ts';
import { received, StubConsumer } from '../support/stubs/stub-consumer.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

type Headers = Record<string, unknown>;

describe('a creation context that a message already carries', () => {
  const { spans } = useTracing();
  const topic = 'orders';

  it('stays, and the send span links to it (1.11, 3.14, B8)', async () => {
    const client = new StubProducer();
    await wrapProducer(client).send({ topic, messages: [{ value: '1', headers: { TraceParent: Buffer.from(a.traceparent) } }] });
    expect(client.lastHeaders).to.deep.equal([{ TraceParent: Buffer.from(a.traceparent) }]);
    const span = spans.take('send orders');
    expect(span.kind).to.equal(SpanKind.CLIENT);
    expect(span.links.map(({ context }) => ids(context))).to.deep.equal([ids(a)]);
  });

  it('is replaced in every spelling when it is the context of the message in flight, and linked (3.14, B8)', async () => {
    const [consumerClient, client] = [new StubConsumer(), new StubProducer()];
    const producer = wrapProducer(client);
    await wrapConsumer(consumerClient).run({
      eachMessage: async ({ message }) => {
        await producer.send({
          topic,
          messages: [{ value: '1', headers: { TraceParent: String((message.headers as Headers)['traceparent']) } }],
        });
      },
    });
    await consumerClient.deliver(received({ headers: { traceparent: a.traceparent } }));
    const [span, process] = [spans.take('send orders'), spans.take('process orders')];
    expect(span.parentSpanContext?.spanId).to.equal(process.spanContext().spanId);
    expect(span.kind).to.equal(SpanKind.PRODUCER);
    expect(span.links.map(({ context }) => ids(context))).to.deep.equal([ids(a)]);
    const written = client.lastHeaders[0] as Headers;
    expect(written).to.not.have.property('TraceParent');
    expect(written['traceparent']).to.equal(`00-${a.traceId}-${span.spanContext().spanId}-01`);
  });

  it('is replaced when it is the context of any message of the batch in flight', async () => {
    const [consumerClient, client] = [new StubConsumer(), new StubProducer()];
    const producer = wrapProducer(client);
    await wrapConsumer(consumerClient).run({
      eachBatch: async (payload) => {
        await producer.send({ topic, messages: payload.batch.messages.map(({ headers }) => ({ value: '1', headers })) });
        await forEachMessage(payload, async () => {});
      },
    });
    await consumerClient.deliverBatch([
      received({ headers: { traceparent: a.traceparent } }),
      received({ offset: '8', headers: { traceparent: b.traceparent } }),
    ]);
    const send = spans.take('send orders');
    expect(client.lastHeaders.map((headers) => String((headers as Headers)['traceparent']).slice(36, 52))).to.deep.equal(
      Array(2).fill(send.spanContext().spanId),
    );
    expect(send.links.map(({ context }) => ids(context))).to.deep.equal([ids(a), ids(b)]);
    spans.takeAll();
  });

  it('stays in a handler when the caller chose another context than the message’s', async () => {
    const [consumerClient, client] = [new StubConsumer(), new StubProducer()];
    const producer = wrapProducer(client);
    await wrapConsumer(consumerClient).run({
      eachMessage: async () => {
        await producer.send({ topic, messages: [{ value: '1', headers: { traceparent: b.traceparent } }] });
      },
    });
    await consumerClient.deliver(received({ headers: { traceparent: a.traceparent } }));
    spans.takeAll();
    expect(client.lastHeaders).to.deep.equal([{ traceparent: b.traceparent }]);
  });

  it('is kept or replaced everywhere when the option says so (3.14)', async () => {
    const [consumerClient, client] = [new StubConsumer(), new StubProducer()];
    const messages = [{ value: '1', headers: { traceparent: a.traceparent } }];
    await wrapProducer(client, { existingContext: 'replace' }).send({ topic, messages });
    const replaced = spans.take('send orders');
    expect((client.lastHeaders[0] as Headers)['traceparent']).to.contain(replaced.spanContext().spanId);
    expect(replaced.links.map(({ context }) => ids(context))).to.deep.equal([ids(a)]);

    const keeping = wrapProducer(client, { existingContext: 'keep' });
    await wrapConsumer(consumerClient).run({ eachMessage: async () => void (await keeping.send({ topic, messages })) });
    await consumerClient.deliver(received({ headers: { traceparent: a.traceparent } }));
    expect(client.lastHeaders).to.deep.equal([{ traceparent: a.traceparent }]);
    spans.takeAll();
  });

  it('is linked beside the create span that replaces it', async () => {
    const client = new StubProducer();
    const options = { existingContext: 'replace', createSpans: true } as const;
    await wrapProducer(client, options).send({ topic, messages: [{ key: 'k', value: '1', headers: { traceparent: a.traceparent } }] });
    const created = spans.take('create orders').spanContext();
    const { links } = spans.take('send orders');
    expect(links.map(({ context }) => ids(context))).to.deep.equal([ids(created), ids(a)]);
    expect(links.map(({ attributes }) => attributes)).to.deep.equal([{ 'kafka.message.key': 'k' }, undefined]);
  });

  it('is one link when several messages carry it, without the attributes of any single message (5.6)', async () => {
    const client = new StubProducer();
    const headers = { traceparent: a.traceparent };
    await wrapProducer(client).send({
      topic,
      messages: [
        { key: 'k1', value: '1', headers },
        { key: 'k2', value: '2', headers },
      ],
    });
    const { links } = spans.take('send orders');
    expect(links.map(({ context, attributes }) => [ids(context), attributes])).to.deep.equal([[ids(a), undefined]]);
  });

  it('of another vendor goes with its headers, and is linked, beside create spans and other contexts too', async () => {
    const client = new StubProducer();
    const headers = { 'sentry-trace': `${b.traceId}-${b.spanId}-1`, mine: 'own' };
    const messages = [{ value: '1', headers }, { value: '2' }];
    await wrapProducer(client).send({ topic, messages });
    const plain = spans.take('send orders');
    expect(plain.kind).to.equal(SpanKind.PRODUCER);
    expect(plain.links.map(({ context, attributes }) => [ids(context), attributes])).to.deep.equal([[ids(b), undefined]]);
    expect(client.lastHeaders[0]).to.include({ mine: 'own' }).and.not.have.property('sentry-trace');

    await wrapProducer(client, { createSpans: true }).send({ topic, messages: [{ value: '1', headers }] });
    const created = spans.take('create orders').spanContext();
    expect(spans.take('send orders').links.map(({ context }) => ids(context))).to.deep.equal([ids(created), ids(b)]);

    const both = { 'sentry-trace': `${a.traceId}-${a.spanId}-1`, traceparent: a.traceparent };
    await wrapProducer(client, { existingContext: 'replace' }).send({ topic, messages: [{ key: 'k', value: '1', headers: both }] });
    const { links } = spans.take('send orders');
    expect(links.map(({ context, attributes }) => [ids(context), attributes])).to.deep.equal([[ids(a), { 'kafka.message.key': 'k' }]]);
  });

  it('of another vendor stays beside a context that stays', async () => {
    const client = new StubProducer();
    const headers = { 'sentry-trace': `${b.traceId}-${b.spanId}-1`, traceparent: a.traceparent };
    await wrapProducer(client).send({ topic, messages: [{ value: '1', headers }] });
    expect(client.lastHeaders).to.deep.equal([headers]);
    expect(spans.take('send orders').links.map(({ context }) => ids(context))).to.deep.equal([ids(a)]);
  });

  it('is ignored when it is malformed (3.1)', async () => {
    const client = new StubProducer();
    const bad = ['', 'x', `00-${'0'.repeat(32)}-${a.spanId}-01`, Buffer.from([0xff]), null, 7, [undefined], a.traceparent.toUpperCase()];
    await wrapProducer(client, { propagation: kafkaPropagation({ inject: ['w3c'] }) }).send({
      topic,
      messages: bad.map((traceparent) => ({ value: '1', headers: { traceparent } })),
    });
    const span = spans.take('send orders');
    expect(span.links).to.deep.equal([]);
    for (const headers of client.lastHeaders) expect((headers as Headers)['traceparent']).to.contain(span.spanContext().spanId);
  });
});
