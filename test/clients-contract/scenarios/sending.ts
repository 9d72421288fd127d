import { context as contextApi, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AlwaysOffSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import type { Scenario } from '../support/scenario.ts';

/** What a wrapped producer of any client does. */
export const sending: readonly Scenario[] = [
  [
    'sends one message in a span that its headers name, with where it went',
    async ({ session, spans, topic, raw, clientId }) => {
      const orders = await topic();
      await (await session.producer()).send([{ topic: orders, key: 'k', value: 'v', headers: { mine: 'yes' } }]);
      const span = spans.take(`send ${orders}`);
      const { traceId, spanId } = span.spanContext();
      expect(span.kind).to.equal(SpanKind.PRODUCER);
      expect(span.status.code).to.equal(SpanStatusCode.UNSET);
      expect(span.attributes).to.include({
        'messaging.system.name': 'kafka',
        'messaging.operation.name': 'send',
        'messaging.operation.type': 'send',
        'messaging.destination.name': orders,
        'messaging.destination.partition.id': '0',
        'messaging.client.id': clientId,
        'kafka.message.key': 'k',
        'kafka.offset': 0,
      });
      const [record] = await raw(orders, 1);
      expect(record).to.deep.include({ key: 'k', value: 'v' });
      expect(record?.headers).to.include({ mine: 'yes', traceparent: `00-${traceId}-${spanId}-01` });
    },
  ],
  [
    'sends several messages to one topic in one span, which all of them carry',
    async ({ session, spans, topic, raw }) => {
      const orders = await topic();
      await (await session.producer()).send(['1', '2', '3'].map((value) => ({ topic: orders, value })));
      const span = spans.take(`send ${orders}`);
      expect(span.attributes).to.include({ 'messaging.batch.message_count': 3 });
      expect(span.attributes['tracelink.base_offsets']).to.deep.equal([`${orders}/0:0`]);
      const records = await raw(orders, 3);
      expect(records.map(({ value }) => value)).to.have.members(['1', '2', '3']);
      for (const { headers } of records) expect(headers['traceparent']).to.include(span.spanContext().spanId);
    },
  ],
  [
    'sends to several topics in one span without a destination, and each record arrives in its topic',
    async ({ session, spans, topic, raw }) => {
      const [first, second] = [await topic(), await topic()];
      const messages = [first, second, first].map((each, index) => ({ topic: each, value: String(index) }));
      await (await session.producer()).send(messages);
      const span = spans.take('send');
      expect(span.attributes).to.include({ 'messaging.batch.message_count': 3 }).and.not.have.property('messaging.destination.name');
      const records = [...(await raw(first, 2)), ...(await raw(second, 1))];
      expect(records.map(({ value }) => value)).to.deep.equal(['0', '2', '1']);
      for (const { headers } of records) expect(headers['traceparent']).to.include(span.spanContext().spanId);
    },
  ],
  [
    'gives each message a span of its own where the option asks for it, to which the send span links',
    async ({ session, spans, topic, raw }) => {
      const orders = await topic();
      const messages = ['1', '2'].map((value) => ({ topic: orders, value }));
      await (await session.producer({ createSpans: true })).send(messages);
      const created = [spans.take(`create ${orders}`), spans.take(`create ${orders}`)].map((span) => span.spanContext().spanId);
      const span = spans.take(`send ${orders}`);
      expect(span.kind).to.equal(SpanKind.CLIENT);
      expect(span.links.map(({ context }) => context.spanId)).to.have.members(created);
      const records = await raw(orders, 2);
      expect(records.map(({ headers }) => String(headers['traceparent']).slice(36, 52))).to.have.members(created);
    },
  ],
  [
    'marks a tombstone, and writes no attribute for a null key',
    async ({ session, spans, topic, raw }) => {
      const orders = await topic();
      await (await session.producer()).send([{ topic: orders, value: null }]);
      const { attributes } = spans.take(`send ${orders}`);
      expect(attributes).to.include({ 'kafka.message.tombstone': true }).and.not.have.property('kafka.message.key');
      const [record] = await raw(orders, 1);
      expect(record).to.include({ key: null, value: null });
    },
  ],
  [
    'keeps a context that the caller wrote, and links to it',
    async ({ session, spans, topic, raw }) => {
      const orders = await topic();
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await (await session.producer()).send([{ topic: orders, value: 'v', headers: { traceparent } }]);
      const span = spans.take(`send ${orders}`);
      expect(span.links.map(({ context }) => context.spanId)).to.deep.equal(['b7ad6b7169203331']);
      const [record] = await raw(orders, 1);
      expect(record?.headers).to.include({ traceparent });
    },
  ],
  [
    'replaces a context where the option asks for it, in whatever case it is written',
    async ({ session, spans, topic, raw }) => {
      const orders = await topic();
      const headers = { TraceParent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', mine: 'kept' };
      await (await session.producer({ existingContext: 'replace' })).send([{ topic: orders, value: 'v', headers }]);
      const span = spans.take(`send ${orders}`);
      const [record] = await raw(orders, 1);
      expect(record?.headers).to.include({ mine: 'kept' }).and.not.have.property('TraceParent');
      expect(record?.headers['traceparent']).to.include(span.spanContext().spanId);
    },
  ],
  [
    'rejects as the client does when the broker refuses a message, and says so on the span',
    async ({ session, spans, topic, metrics }) => {
      const orders = await topic();
      const producer = await session.producer();
      const error: unknown = await producer.send([{ topic: orders, value: 'x'.repeat(2_000_000) }]).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(Error);
      const span = spans.take(`send ${orders}`);
      expect(span.status.code).to.equal(SpanStatusCode.ERROR);
      expect(span.events.map(({ name }) => name)).to.deep.equal(['exception']);
      expect(span.attributes['error.type']).to.equal('MESSAGE_TOO_LARGE');
      const points = (await metrics()).get('messaging.client.sent.messages')?.dataPoints ?? [];
      expect(points.map(({ attributes, value }) => [attributes['error.type'], value])).to.deep.equal([[span.attributes['error.type'], 1]]);
    },
  ],
  [
    'makes its span a child of the active one, and hands on a sampler’s "no"',
    async ({ session, spans, topic, raw }) => {
      const orders = await topic();
      const tracerProvider = new TracerProvider({ sampler: new AlwaysOffSampler(), spanProcessors: [spans] });
      const producer = await session.producer({ tracerProvider });
      const active = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 };
      await contextApi.with(trace.setSpanContext(contextApi.active(), active), () => producer.send([{ topic: orders, value: 'v' }]));
      const [record] = await raw(orders, 1);
      expect(record?.headers['traceparent']).to.match(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/);
    },
  ],
  [
    'calls its hook once, with the messages in the shape of every client',
    async ({ session, spans, topic }) => {
      const orders = await topic();
      const seen: unknown[] = [];
      const onSend = (_span: unknown, { topic: name, messages, error }: { topic?: unknown; messages: readonly object[]; error: unknown }) =>
        seen.push([name, messages.length, Object.keys(messages[0] ?? {}).filter((each) => ['key', 'value'].includes(each)), error]);
      await (await session.producer({ onSend })).send([{ topic: orders, key: 'k', value: 'v' }]);
      spans.take(`send ${orders}`);
      expect(seen).to.deep.equal([[orders, 1, ['key', 'value'], undefined]]);
    },
  ],
  [
    'has a span for each send of a transaction, and one for its commit or its abort',
    async ({ session, spans, topic, raw }) => {
      const orders = await topic();
      const transaction = await session.transaction();
      await transaction.send([{ topic: orders, value: 'committed' }]);
      await transaction.commit();
      const sent = spans.take(`send ${orders}`);
      expect(spans.take('commit_transaction').kind).to.equal(SpanKind.CLIENT);
      const [record] = await raw(orders, 1);
      expect(record?.value).to.equal('committed');
      expect(record?.headers['traceparent']).to.include(sent.spanContext().spanId);
    },
  ],
  [
    'has a span for the abort of a transaction',
    async ({ session, spans, topic }) => {
      const orders = await topic();
      const transaction = await session.transaction();
      await transaction.send([{ topic: orders, value: 'aborted' }]);
      await transaction.abort();
      spans.take(`send ${orders}`);
      spans.take('abort_transaction');
    },
  ],
  [
    'counts what it sent, and measures it',
    async ({ session, spans, topic, metrics }) => {
      const orders = await topic();
      await (await session.producer()).send(['1', '2', '3'].map((value) => ({ topic: orders, value })));
      spans.take(`send ${orders}`);
      const all = await metrics();
      expect(all.get('messaging.client.sent.messages')?.dataPoints.map(({ value }) => value)).to.deep.equal([3]);
      const durations = all.get('messaging.client.operation.duration')?.dataPoints ?? [];
      expect(
        durations.map(({ attributes, value }) => [attributes['messaging.operation.name'], (value as { count: number }).count]),
      ).to.deep.equal([['send', 1]]);
    },
  ],
];
