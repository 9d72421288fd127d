import { context as contextApi, propagation, SpanStatusCode, trace, type Context } from '@opentelemetry/api';
import { kafkaPropagation, type KafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import type { MessageLike } from '../../src/client/kafka-client.ts';
import type { ConsumerOptions } from '../../src/telemetry/options.ts';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { a, b, ids } from '../support/telemetry/creation-contexts.ts';
import { providerAsking, type Asked } from '../support/telemetry/sampler-spy.ts';
import { received, StubConsumer } from '../support/stubs/stub-consumer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('the process span of a message', () => {
  const { spans, warnings } = useTracing();

  async function process(message: MessageLike, options: ConsumerOptions = {}, handler: () => void = () => {}): Promise<void> {
    const client = new StubConsumer();
    await wrapConsumer(client, options).run({ eachMessage: async () => handler() });
    await client.deliver(message);
  }
  const traced = received({ headers: { traceparent: a.traceparent } });

  it('has the creation context as parent and as link (1.18, B16)', async () => {
    await process(traced);
    const span = spans.take('process orders');
    expect(ids(span.parentSpanContext)).to.deep.equal(ids(a));
    expect(span.parentSpanContext?.isRemote).to.equal(true);
    expect(span.links.map((link) => ids(link.context))).to.deep.equal([ids(a)]);
    expect(span.attributes).to.not.have.any.keys('tracelink.link.trace_id', 'tracelink.link.span_id');
  });

  it('is a root that links to the creation context, and names it in attributes, when the relation is link', async () => {
    await process(traced, { relation: 'link' });
    const span = spans.take('process orders');
    expect(span.parentSpanContext).to.equal(undefined);
    expect(span.spanContext().traceId).to.not.equal(a.traceId);
    expect(span.links.map((link) => ids(link.context))).to.deep.equal([ids(a)]);
    expect(span.attributes).to.include({ 'tracelink.link.trace_id': a.traceId, 'tracelink.link.span_id': a.spanId });
  });

  it('does not repeat the parent as a link when parentLink is false, and keeps the link that is no parent', async () => {
    await process(traced, { parentLink: false });
    const child = spans.take('process orders');
    expect(ids(child.parentSpanContext)).to.deep.equal(ids(a));
    expect(child.links).to.deep.equal([]);
    await process(traced, { parentLink: false, relation: 'link' });
    expect(spans.take('process orders').links.map((link) => ids(link.context))).to.deep.equal([ids(a)]);
  });

  it('links to what we wrote last, and says so, where software on the way began another trace', async () => {
    await process(received({ headers: { traceparent: b.traceparent, 'tracelink-origin': a.traceparent } }));
    const span = spans.take('process orders');
    expect(ids(span.parentSpanContext)).to.deep.equal(ids(b));
    expect(span.links.map(({ context, attributes }) => [ids(context), attributes?.['tracelink.link.kind']])).to.deep.equal([
      [ids(b), undefined],
      [ids(a), 'broken_trace'],
    ]);
    expect(span.events.map(({ name }) => name)).to.deep.equal(['tracelink.trace.broken']);
  });

  it('says nothing of a new trace that the sender began by the relation link', async () => {
    const own = `hops=1;since=1700000000000;span=${b.traceparent}`;
    await process(received({ headers: { traceparent: b.traceparent, 'tracelink-origin': a.traceparent, 'tracelink-trace': own } }));
    const span = spans.take('process orders');
    expect(span.events).to.deep.equal([]);
    expect(span.links).to.have.length(1);
  });

  it('keeps baggage when the relation is link', async () => {
    let tenant: string | undefined;
    const message = received({ headers: { traceparent: a.traceparent, baggage: 'tenant=acme' } });
    await process(message, { relation: 'link' }, () => (tenant = propagation.getActiveBaggage()?.getEntry('tenant')?.value));
    spans.take('process orders');
    expect(tenant).to.equal('acme');
  });

  it('is a root without links when the headers hold no context', async () => {
    for (const headers of [{}, undefined, null, { traceparent: 'x' }, { traceparent: null }, 'headers', 7])
      await process(received({ headers }));
    for (const span of spans.takeAll()) {
      expect(span.parentSpanContext).to.equal(undefined);
      expect(span.links).to.deep.equal([]);
    }
  });

  it('shows the sampler parent, link and attributes at the start (1.21)', async () => {
    const asked: Asked[] = [];
    await process(traced, { tracerProvider: providerAsking(asked, spans), groupId: 'g' });
    const span = spans.take('process orders');
    expect(ids(asked[0]?.parent)).to.deep.equal(ids(a));
    expect(asked[0]?.links.map((link) => ids(link.context))).to.deep.equal([ids(a)]);
    expect(asked[0]?.attributes).to.include({
      'messaging.system.name': 'kafka',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'orders',
      'messaging.destination.partition.id': '0',
      'messaging.consumer.group.name': 'g',
    });
    expect(asked[0]?.attributes).to.not.have.property('kafka.offset');
    expect(span.attributes).to.include({ 'kafka.offset': 7 });
  });

  it('shows the sampler the conventions’ sampling attributes when the parent is not sampled, and gets all attributes when it is recorded', async () => {
    const asked: Asked[] = [];
    const headers = { traceparent: a.traceparent.replace(/01$/, '00') };
    const options = { tracerProvider: providerAsking(asked, spans), groupId: 'g', clientId: 'c' };
    await process(received({ headers, key: Buffer.from('k') }), options);
    const [question] = asked;
    expect(question?.links.map((link) => ids(link.context))).to.deep.equal([ids(a)]);
    const named = {
      'messaging.system.name': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'orders',
      'messaging.destination.partition.id': '0',
      'messaging.consumer.group.name': 'g',
    };
    expect(question?.attributes).to.deep.equal(named);
    const rest = { 'messaging.client.id': 'c', 'kafka.offset': 7, 'kafka.message.key': 'k' };
    expect(spans.take('process orders').attributes).to.deep.equal({ ...named, ...rest });
  });

  for (const trust of ['link', 'ignore'] as const) {
    it(`gives the sampler no parent, and drops baggage and tracestate, for a topic of trust ${trust} (5.3, 5.4)`, async () => {
      const asked: Asked[] = [];
      let active: Context | undefined;
      const headers = { traceparent: a.traceparent, tracestate: 'v=1', baggage: 'admin=true' };
      await process(
        received({ headers }),
        {
          propagation: kafkaPropagation({ inject: ['w3c'], trust }),
          tracerProvider: providerAsking(asked, spans),
          relation: () => 'parent',
        },
        () => (active = contextApi.active()),
      );
      const span = spans.take('process orders');
      expect(asked[0]?.parent).to.equal(undefined);
      expect(propagation.getBaggage(asked[0]?.context as Context)).to.equal(undefined);
      expect(asked[0]?.links.map(({ context }) => [context.traceId, context.traceFlags, context.traceState])).to.deep.equal(
        trust === 'link' ? [[a.traceId, 0, undefined]] : [],
      );
      expect(propagation.getBaggage(active as Context)).to.equal(undefined);
      expect(span.spanContext().traceState).to.equal(undefined);
    });
  }

  describe('with B3 headers', () => {
    const b3: { readonly propagation: KafkaPropagation } = { propagation: kafkaPropagation({ inject: ['b3'] }) };

    it('is not sampled when the header is b3: 0, with either relation (2.10)', async () => {
      for (const relation of ['parent', 'link'] as const) {
        let sampled: number | undefined;
        await process(
          received({ headers: { b3: '0' } }),
          { ...b3, relation },
          () => (sampled = trace.getActiveSpan()?.spanContext().traceFlags),
        );
        expect(sampled).to.equal(0);
      }
      expect(spans.takeAll()).to.deep.equal([]);
    });

    it('is a root with a link, sampled by the receiver’s sampler, when the sender deferred the decision (2.11)', async () => {
      const asked: Asked[] = [];
      await process(received({ headers: { b3: `${a.traceId}-${a.spanId}` } }), { ...b3, tracerProvider: providerAsking(asked, spans) });
      const span = spans.take('process orders');
      expect(asked[0]?.parent).to.equal(undefined);
      expect(span.links.map((link) => ids(link.context))).to.deep.equal([ids(a)]);
      expect(span.attributes).to.include({ 'tracelink.link.trace_id': a.traceId });
    });
  });

  it('links to a second context that another format names in the same headers (4.6, B21)', async () => {
    const headers = { traceparent: a.traceparent, b3: `${b.traceId}-${b.spanId}-1` };
    for (const [extract, first, second] of [
      [['w3c', 'b3'], a, b],
      [['b3', 'w3c'], b, a],
    ] as const) {
      await process(received({ headers }), { propagation: kafkaPropagation({ extract }) });
      const span = spans.take('process orders');
      expect(ids(span.parentSpanContext)).to.deep.equal(ids(first));
      expect(span.links.map((link) => ids(link.context))).to.deep.equal([ids(first), ids(second)]);
    }
  });

  it('has keys and offsets in their types, and omits them when they have no exact form (1.22–1.24, B25)', async () => {
    const cases: [Partial<MessageLike>, object][] = [
      [{ key: null }, {}],
      [{ key: '' }, { key: '' }],
      [{ key: Buffer.alloc(0) }, { key: '' }],
      [{ key: Buffer.from('ключ') }, { key: 'ключ' }],
      [{ key: Buffer.from([0xff, 0xfe, 0x00]) }, {}],
      [{ key: null, value: null }, { tombstone: true }],
      [{ key: null, offset: '9007199254740991' }, { offset: 9_007_199_254_740_991 }],
      [{ key: null, offset: '9007199254740993' }, { offset: undefined }],
    ];
    for (const [members, expected] of cases) {
      await process(received(members));
      const { attributes } = spans.take('process orders');
      const [key, tombstone, offset] = ['kafka.message.key', 'kafka.message.tombstone', 'kafka.offset'].map((name) => attributes[name]);
      expect({ key, tombstone, offset }).to.deep.equal({ key: undefined, tombstone: undefined, offset: 7, ...expected });
    }
  });

  it('has no key by default, the result of the messageKey function otherwise, and none when that function fails (1.24)', async () => {
    for (const [messageKey, written] of [
      [false, undefined],
      [(key: string) => `#${key.length}`, '#1'],
      [() => undefined, undefined],
    ] as const) {
      await process(received(), { messageKey });
      expect(spans.take('process orders').attributes['kafka.message.key']).to.equal(written);
    }
    await process(received(), { messageKey: fail });
    expect(spans.take('process orders').attributes).to.not.have.property('kafka.message.key');
  });

  it('uses the names that the semconv option selects (0.6)', async () => {
    for (const semconv of ['1.45', '1.44', 'dup'] as const) {
      await process(received({ value: null }), { semconv });
      const { attributes } = spans.take('process orders');
      const [names145, names144] = [
        ['messaging.system.name', 'kafka.offset', 'kafka.message.key', 'kafka.message.tombstone'],
        ['messaging.system', 'messaging.kafka.offset', 'messaging.kafka.message.key', 'messaging.kafka.message.tombstone'],
      ].map((names) => names.map((name) => attributes[name]));
      const [written, none] = [
        ['kafka', 7, 'k', true],
        [undefined, undefined, undefined, undefined],
      ];
      expect([names145, names144]).to.deep.equal([semconv === '1.44' ? none : written, semconv === '1.45' ? none : written]);
    }
  });

  it('is named after the template of a family of topics', async () => {
    await process(received(), { topics: { orders: { destinationTemplate: 'orders.{region}' } } });
    expect(spans.take('process orders.{region}').attributes).to.include({
      'messaging.destination.name': 'orders',
      'messaging.destination.template': 'orders.{region}',
    });
  });

  it('is left out when the tracer throws, and the handler runs', async () => {
    let handled = 0;
    await process(traced, { tracerProvider: { getTracer: fail } }, () => handled++);
    expect(handled).to.equal(1);
    expect(warnings.join()).to.include('starting a process span failed');
  });

  it('survives a hook that throws or rejects, and passes it what was handled (B26)', async () => {
    const seen: unknown[] = [];
    await process(traced, { onProcess: (span, { topic, messages }) => void seen.push([span.isRecording(), topic, messages]) });
    await process(traced, { onProcess: fail });
    await process(traced, { onProcess: (async () => fail()) as never });
    expect(seen).to.deep.equal([[true, 'orders', [traced]]]);
    expect(spans.takeAll().map(({ status }) => status.code)).to.deep.equal([
      SpanStatusCode.UNSET,
      SpanStatusCode.UNSET,
      SpanStatusCode.UNSET,
    ]);
  });
});

function fail(): never {
  throw new Error('on purpose');
}
