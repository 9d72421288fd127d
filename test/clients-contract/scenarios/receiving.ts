import { context as contextApi, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { messageContext } from '@tracelink/kafka';
import { expect } from 'chai';
import { expectChild, expectLink, handleAll, nothing, type Scenario } from '../support/scenario.ts';

class NotToday extends Error {
  override readonly name = 'NotToday';
}

/** What a wrapped consumer of any client does, one message at a time. */
export const receiving: readonly Scenario[] = [
  [
    'handles a message in a span below the one that sent it, and links to it',
    async (stage) => {
      const { session, spans, topic, clientId, groupId } = stage;
      const orders = await topic();
      await (await session.producer()).send([{ topic: orders, key: 'k', value: 'v' }]);
      const sent = spans.take(`send ${orders}`);
      await handleAll(stage, { topic: orders, way: 'each', count: 1, handle: nothing });
      const processed = spans.take(`process ${orders}`);
      expectChild(processed, sent);
      expectLink(processed, sent);
      expect(processed.kind).to.equal(SpanKind.CONSUMER);
      expect(processed.status.code).to.equal(SpanStatusCode.UNSET);
      expect(processed.attributes).to.include({
        'messaging.system.name': 'kafka',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': orders,
        'messaging.destination.partition.id': '0',
        'messaging.consumer.group.name': groupId,
        'messaging.client.id': clientId,
        'kafka.message.key': 'k',
        'kafka.offset': 0,
      });
    },
  ],
  [
    'begins a new trace that links to the sender where the relation is link',
    async (stage) => {
      const { session, spans, topic } = stage;
      const orders = await topic();
      await (await session.producer()).send([{ topic: orders, value: 'v' }]);
      const sent = spans.take(`send ${orders}`);
      await handleAll(stage, { topic: orders, way: 'each', count: 1, handle: nothing, options: { relation: 'link' } });
      const processed = spans.take(`process ${orders}`);
      expect(processed.parentSpanContext).to.equal(undefined);
      expect(processed.spanContext().traceId).to.not.equal(sent.spanContext().traceId);
      expectLink(processed, sent);
      expect(processed.attributes).to.include({ 'tracelink.link.trace_id': sent.spanContext().traceId });
    },
  ],
  [
    'obeys the relation that the sender asks for',
    async (stage) => {
      const { session, spans, topic } = stage;
      const orders = await topic();
      await (await session.producer({ relation: 'link' })).send([{ topic: orders, value: 'v' }]);
      const sent = spans.take(`send ${orders}`);
      await handleAll(stage, { topic: orders, way: 'each', count: 1, handle: nothing });
      const processed = spans.take(`process ${orders}`);
      expect(processed.parentSpanContext).to.equal(undefined);
      expectLink(processed, sent);
    },
  ],
  [
    'runs a handler in its message’s context, so that what it sends goes on in the trace',
    async (stage) => {
      const { session, spans, topic } = stage;
      const [orders, shipments] = [await topic(), await topic()];
      const producer = await session.producer();
      await producer.send([{ topic: orders, value: 'v' }]);
      const sent = spans.take(`send ${orders}`);
      await handleAll(stage, {
        topic: orders,
        way: 'each',
        count: 1,
        handle: async ({ message }) => {
          expect(trace.getSpanContext(messageContext(message))?.spanId).to.equal(sent.spanContext().spanId);
          await producer.send([{ topic: shipments, value: 'w' }]);
        },
      });
      const processed = spans.take(`process ${orders}`);
      expectChild(processed, sent);
      expectChild(spans.take(`send ${shipments}`), processed);
    },
  ],
  [
    'replaces the context in headers that a handler forwards, and keeps the others',
    async (stage) => {
      const { session, spans, topic, raw } = stage;
      const [orders, shipments] = [await topic(), await topic()];
      const producer = await session.producer();
      await producer.send([{ topic: orders, value: 'v', headers: { mine: 'kept' } }]);
      const sent = spans.take(`send ${orders}`);
      await handleAll(stage, { topic: orders, way: 'each', count: 1, handle: (incoming) => producer.forward(incoming, shipments) });
      const processed = spans.take(`process ${orders}`);
      const forwarded = spans.take(`send ${shipments}`);
      expectChild(processed, sent);
      expectChild(forwarded, processed);
      const [record] = await raw(shipments, 1);
      expect(record).to.include({ value: 'v' });
      expect(record?.headers).to.include({ mine: 'kept' });
      expect(record?.headers['traceparent']).to.be.a('string').and.include(forwarded.spanContext().spanId);
    },
  ],
  [
    'marks a tombstone, and writes no attribute for a null key',
    async (stage) => {
      const { session, spans, topic } = stage;
      const orders = await topic();
      await (await session.producer()).send([{ topic: orders, value: null }]);
      spans.take(`send ${orders}`);
      const [incoming] = await handleAll(stage, { topic: orders, way: 'each', count: 1, handle: nothing });
      expect(incoming?.value).to.equal(null);
      const { attributes } = spans.take(`process ${orders}`);
      expect(attributes).to.include({ 'kafka.message.tombstone': true }).and.not.have.property('kafka.message.key');
    },
  ],
  [
    'says on the span what a handler threw, and links the next attempt to it where the client delivers again',
    async (stage) => {
      const { client, session, spans, topic } = stage;
      const orders = await topic();
      await (await session.producer()).send([{ topic: orders, value: 'v' }]);
      const sent = spans.take(`send ${orders}`);
      // kafkajs does not deliver again after a TypeError.
      const reason = new NotToday('not today');
      let attempts = 0;
      const again = Promise.withResolvers<void>();
      const consumption = await session.consume({
        topic: orders,
        way: 'each',
        handle: async () => {
          if (++attempts === 1) throw reason;
          again.resolve();
        },
      });
      const failed = await spans.waitFor(`process ${orders}`, { timeout: 20_000 });
      expectChild(failed, sent);
      expect(failed.status.code).to.equal(SpanStatusCode.ERROR);
      expect(failed.attributes).to.include({ 'error.type': 'NotToday' });
      if (client.redelivers) {
        await again.promise;
        const second = await spans.waitFor(`process ${orders}`);
        expect(second.attributes).to.include({ 'tracelink.delivery.attempt': 2 });
        expectLink(second, failed);
      } else expect(await consumption.ended).to.equal(reason);
      await consumption.close();
    },
  ],
  [
    'makes a span for a commit that the application asks for',
    async (stage) => {
      const { session, spans, topic, groupId } = stage;
      const orders = await topic();
      await (await session.producer()).send([{ topic: orders, value: 'v' }]);
      spans.take(`send ${orders}`);
      const handled = Promise.withResolvers<void>();
      const consumption = await session.consume({ topic: orders, way: 'each', handle: async () => handled.resolve() });
      await handled.promise;
      await consumption.commit();
      await consumption.close();
      spans.take(`process ${orders}`);
      const commit = spans.take(`commit ${orders}`);
      expect(commit.kind).to.equal(SpanKind.CLIENT);
      expect(commit.attributes).to.include({ 'kafka.offset': 1, 'messaging.consumer.group.name': groupId });
    },
  ],
  [
    'ends the span of a handler that still runs when its consumer is closed, once',
    async (stage) => {
      const { session, spans, topic } = stage;
      const orders = await topic();
      await (await session.producer()).send([{ topic: orders, value: 'v' }]);
      spans.take(`send ${orders}`);
      const [begun, finish] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const consumption = await session.consume({
        topic: orders,
        way: 'each',
        handle: async () => {
          begun.resolve();
          await finish.promise;
        },
      });
      await begun.promise;
      const closed = consumption.close();
      finish.resolve();
      await closed;
      expect((await spans.waitFor(`process ${orders}`)).status.code).to.equal(SpanStatusCode.UNSET);
    },
  ],
  [
    'counts each message once, and measures its handler',
    async (stage) => {
      const { session, spans, topic, metrics, groupId } = stage;
      const orders = await topic();
      await (await session.producer()).send(['1', '2'].map((value) => ({ topic: orders, value })));
      spans.take(`send ${orders}`);
      await handleAll(stage, { topic: orders, way: 'each', count: 2, handle: nothing });
      for (const _ of ['1', '2']) spans.take(`process ${orders}`);
      const all = await metrics();
      const consumed = all.get('messaging.client.consumed.messages')?.dataPoints ?? [];
      expect(consumed.map(({ value, attributes }) => [value, attributes['messaging.consumer.group.name']])).to.deep.equal([[2, groupId]]);
      expect(all.get('messaging.process.duration')?.dataPoints.map(({ value }) => (value as { count: number }).count)).to.deep.equal([2]);
    },
  ],
  [
    'calls its hook once for each message, in the shape of every client',
    async (stage) => {
      const { session, spans, topic } = stage;
      const orders = await topic();
      await (await session.producer()).send([{ topic: orders, key: 'k', value: 'v' }]);
      spans.take(`send ${orders}`);
      const seen: unknown[] = [];
      await handleAll(stage, {
        topic: orders,
        way: 'each',
        count: 1,
        handle: nothing,
        options: {
          onProcess: (_span, { messages: [message] }) =>
            seen.push([String(message?.key), String(message?.value), message?.offset, typeof message?.timestamp]),
        },
      });
      spans.take(`process ${orders}`);
      expect(seen).to.deep.equal([['k', 'v', '0', 'string']]);
    },
  ],
  [
    'starts a new trace for a message that is older than the limit',
    async (stage) => {
      const { session, spans, topic } = stage;
      const orders = await topic();
      await (await session.producer()).send([{ topic: orders, value: 'v' }]);
      const sent = spans.take(`send ${orders}`);
      const options = { traceLimits: { maxAge: 0.001 } };
      await handleAll(stage, { topic: orders, way: 'each', count: 1, handle: nothing, options });
      const processed = spans.take(`process ${orders}`);
      expect(processed.parentSpanContext).to.equal(undefined);
      expectLink(processed, sent);
    },
  ],
  [
    'leaves the active context as it was',
    async (stage) => {
      const { session, spans, topic } = stage;
      const orders = await topic();
      await (await session.producer()).send([{ topic: orders, value: 'v' }]);
      spans.take(`send ${orders}`);
      await handleAll(stage, { topic: orders, way: 'each', count: 1, handle: nothing });
      spans.take(`process ${orders}`);
      expect(trace.getSpanContext(contextApi.active())).to.equal(undefined);
    },
  ],
];
