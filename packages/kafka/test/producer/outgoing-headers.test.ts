import { context, trace } from '@opentelemetry/api';
import { kafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { textHeaders, useKafka } from '../support/broker/kafka.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('the headers that a wrapped producer writes', () => {
  const kafka = useKafka();
  const { spans, warnings } = useTracing();
  const topic = 'orders';

  function taken(): string {
    const { traceId, spanId } = spans.take('send orders').spanContext();
    return `00-${traceId}-${spanId}-01`;
  }

  it('are in copies: frozen records, messages and shared headers stay unchanged (B6)', async () => {
    const client = new StubProducer();
    const headers = Object.freeze({ tenant: 'a' });
    const messages = Object.freeze([Object.freeze({ value: '1', headers }), Object.freeze({ value: '2', headers })]);
    const record = Object.freeze({ topic, messages });
    await wrapProducer(client).send(record);
    expect(record).to.deep.equal({ topic, messages: [1, 2].map((n) => ({ value: String(n), headers: { tenant: 'a' } })) });
    const traceparent = taken();
    const written = client.lastHeaders as { tenant: string; traceparent: string }[];
    expect(written.map((each) => [each.tenant, each.traceparent])).to.deep.equal([
      ['a', traceparent],
      ['a', traceparent],
    ]);
    expect(written[0]).to.not.equal(written[1]);
  });

  it('differ per message when each message has a create span, though the caller shares one object (B6)', async () => {
    const client = new StubProducer();
    const headers = { tenant: 'a' };
    await wrapProducer(client, { createSpans: true }).send({
      topic,
      messages: [
        { value: '1', headers },
        { value: '2', headers },
      ],
    });
    const created = [spans.take('create orders'), spans.take('create orders')].map((span) => span.spanContext().spanId);
    spans.take('send orders');
    expect(client.lastHeaders.map((each) => String((each as { traceparent: string }).traceparent).slice(36, 52))).to.deep.equal(created);
    expect(headers).to.deep.equal({ tenant: 'a' });
  });

  it('are new when the same record is sent again', async () => {
    const client = new StubProducer();
    const producer = wrapProducer(client);
    const record = { topic, messages: [{ value: '1', headers: { tenant: 'a' } }] };
    for (let attempt = 0; attempt < 2; attempt++) {
      await producer.send(record);
      expect((client.lastHeaders[0] as { traceparent: string }).traceparent).to.equal(taken());
    }
  });

  it('keep the caller’s container: a Map gets an entry, not a property (B13)', async () => {
    const client = new StubProducer();
    const producer = wrapProducer(client);
    await producer.send({ topic, messages: [{ value: '1', headers: new Map([['tenant', 'a']]) }] });
    const map = client.lastHeaders[0] as Map<string, string>;
    expect(map).to.be.instanceOf(Map);
    expect(Object.keys(map)).to.deep.equal([]);
    expect([map.get('tenant'), map.get('traceparent')]).to.deep.equal(['a', taken()]);
    await producer.send({ topic, messages: [{ value: '1', headers: [{ tenant: 'a' }] }] });
    expect(client.lastHeaders[0]).to.deep.include.members([{ tenant: 'a' }, { traceparent: taken() }]);
  });

  it('omit undefined values, which kafkajs’ types allow and its encoder rejects (B23)', async () => {
    const created = await kafka.createTopic();
    await wrapProducer(await kafka.producer()).send({
      topic: created,
      messages: [{ value: '1', headers: { tenant: 'a', none: undefined } }],
    });
    spans.take(`send ${created}`);
    const [message] = await kafka.read(created, 1);
    expect(textHeaders(message?.headers)).to.include({ tenant: 'a' }).and.not.have.property('none');
  });

  it('pass invalid values on to the client, which rejects them in its own words (B23)', async () => {
    const created = await kafka.createTopic();
    const producer = await kafka.producer();
    const record = { topic: created, messages: [{ value: '1', headers: { tenant: 7 as unknown as string } }] };
    const bare = await producer.send(record).then(
      () => undefined,
      (error: Error) => error,
    );
    const traced = await wrapProducer(producer)
      .send(record)
      .then(
        () => undefined,
        (error: Error) => error,
      );
    expect(traced?.message).to.equal(bare?.message).and.be.a('string');
    expect(spans.take(`send ${created}`).attributes['error.type']).to.equal(bare?.name);
  });

  it('keep what class instances inherit from their prototype', async () => {
    class Order {
      readonly headers = { tenant: 'a' };
      readonly #id: string;
      constructor(id: string) {
        this.#id = id;
      }
      get key(): string {
        return this.#id;
      }
      get value(): string {
        return `order ${this.#id}`;
      }
    }
    class Orders {
      get topic(): string {
        return topic;
      }
      get acks(): number {
        return 1;
      }
      get messages(): Order[] {
        return [new Order('7')];
      }
    }
    const client = new StubProducer();
    await wrapProducer(client).send(new Orders());
    const traceparent = taken();
    const sent = client.records[0] as { messages: { headers: object }[] };
    expect(sent).to.deep.include({ topic, acks: 1 });
    expect(sent.messages[0]).to.deep.include({ key: '7', value: 'order 7' });
    expect(sent.messages[0]?.headers).to.include({ tenant: 'a', traceparent });
  });

  it('leave absent fields absent, which a client may distinguish from undefined', async () => {
    const client = new StubProducer();
    const producer = wrapProducer(client);
    await producer.send({ topic, messages: [{ value: '1' }] });
    await producer.sendBatch({ topicMessages: [{ topic, messages: [{ value: '1' }] }] });
    taken();
    taken();
    expect(client.records.map((record) => Object.keys(record as object))).to.deep.equal([['topic', 'messages'], ['topicMessages']]);
    expect(Object.keys((client.records[0] as { messages: object[] }).messages[0] ?? {})).to.deep.equal(['value', 'headers']);
  });

  it('carry the sender’s relation, for all messages, by topic, or by message', async () => {
    const client = new StubProducer();
    const wishOf = async (options: Parameters<typeof wrapProducer>[1]): Promise<unknown[]> => {
      await wrapProducer(client, options).send({
        topic,
        messages: [
          { key: 'a', value: '1' },
          { key: 'b', value: '2' },
        ],
      });
      taken();
      return client.lastHeaders.map((headers) => (headers as Record<string, unknown>)['tracelink-relation']);
    };
    expect(await wishOf({})).to.deep.equal([undefined, undefined]);
    expect(await wishOf({ relation: 'link' })).to.deep.equal(['link', 'link']);
    expect(await wishOf({ relation: 'link', topics: { orders: { relation: 'parent' } } })).to.deep.equal(['parent', 'parent']);
    expect(await wishOf({ relation: (_topic, { key }) => (key === 'a' ? 'link' : 'parent') })).to.deep.equal(['link', 'parent']);
  });

  it('carry the trace when the relation option throws, which is logged once', async () => {
    const client = new StubProducer();
    const relation = (): never => {
      throw new Error('no idea');
    };
    await wrapProducer(client, { relation }).send({ topic, messages: [{ value: '1' }, { value: '2' }] });
    const traceparent = taken();
    expect(client.lastHeaders.map((headers) => (headers as Record<string, unknown>)['traceparent'])).to.deep.equal([
      traceparent,
      traceparent,
    ]);
    expect(warnings.filter((text) => text.includes('no idea'))).to.have.lengthOf(1);
  });

  it('are the caller’s own when propagation fails, and the span still describes the send', async () => {
    const client = new StubProducer();
    const propagation = { ...kafkaPropagation(), injection: (): never => raise(new Error('no headers today')) };
    const record = { topic, messages: [{ value: '1' }] };
    await wrapProducer(client, { propagation }).send(record);
    taken();
    expect(client.records).to.deep.equal([record]);
    expect(warnings.filter((text) => text.includes('no headers today'))).to.have.lengthOf(1);
  });

  it('lose what may not go to the topic also where the context is the caller’s own choice (5.5)', async () => {
    const client = new StubProducer();
    const own = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'a=1' };
    const headers = Object.freeze({ ...own, baggage: 'tenant=1,secret=2', 'uberctx-secret': '2', mine: 'own' });
    const sentWith = async (options: Parameters<typeof kafkaPropagation>[0]): Promise<unknown> => {
      const propagation = kafkaPropagation({ inject: ['w3c'], ...options });
      const messages = [Object.freeze({ value: '1', headers }), { value: '2' }];
      await wrapProducer(client, { propagation, existingContext: 'keep' }).send({ topic, messages });
      expect(spans.take('send orders').links).to.have.lengthOf(1);
      const [sent] = (client.records.at(-1) as { messages: object[] }).messages;
      return sent === messages[0] ? 'as it is' : sent;
    };
    expect(await sentWith({})).to.equal('as it is');
    expect(await sentWith({ outbound: 'trace' })).to.deep.equal({ value: '1', headers: { ...own, mine: 'own' } });
    expect(await sentWith({ baggage: ['tenant'] })).to.deep.equal({ value: '1', headers: { ...own, baggage: 'tenant=1', mine: 'own' } });
    expect(await sentWith({ outbound: 'none' })).to.deep.equal({ value: '1', headers: { mine: 'own' } });
    expect(await sentWith({ outbound: (to) => (to === topic ? 'none' : 'trace') })).to.deep.equal({ value: '1', headers: { mine: 'own' } });
  });

  it('are written for unsampled spans too (7.5)', async () => {
    const client = new StubProducer();
    const unsampled = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0, isRemote: true };
    await context.with(trace.setSpanContext(context.active(), unsampled), () =>
      wrapProducer(client).send({ topic, messages: [{ value: '1' }] }),
    );
    expect((client.lastHeaders[0] as { traceparent: string }).traceparent).to.match(/^00-a{32}-(?!b{16})[0-9a-f]{16}-00$/);
  });
});

function raise(error: Error): never {
  throw error;
}
