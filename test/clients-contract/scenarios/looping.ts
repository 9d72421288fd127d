import { context as contextApi, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import type { RecordedSpan } from '@tracelink/testing';
import { expectChild, expectLink, handleAll, nothing, type Scenario } from '../support/scenario.ts';

/** What a wrapped consumer of any client does by the client's other way: a batch with `forEachMessage` inside, or a loop over a stream. */
export const looping: readonly Scenario[] = [
  [
    'has a span for each message, below the one that sent it, and links to it',
    async (stage) => {
      const { session, spans, topic, groupId, clientId } = stage;
      const orders = await topic();
      const producer = await session.producer();
      for (const value of ['1', '2']) await producer.send([{ topic: orders, key: value, value }]);
      const sent = [spans.take(`send ${orders}`), spans.take(`send ${orders}`)];
      const handled = await handleAll(stage, { topic: orders, way: 'loop', count: 2, handle: nothing });
      expect(handled.map(({ value }) => value)).to.deep.equal(['1', '2']);
      const ofMessages = messageSpans(spans.takeAll());
      expect(ofMessages.length).to.equal(2);
      for (const [index, processed] of ofMessages.entries()) {
        const sender = sent[index] as RecordedSpan;
        expectChild(processed, sender);
        expectLink(processed, sender);
        expect(processed.attributes).to.include({
          'messaging.operation.name': 'process',
          'messaging.destination.name': orders,
          'messaging.destination.partition.id': '0',
          'messaging.consumer.group.name': groupId,
          'messaging.client.id': clientId,
          'kafka.message.key': String(index + 1),
          'kafka.offset': index,
        });
      }
    },
  ],
  [
    'runs what comes after an await in the message’s context, too',
    async (stage) => {
      const { session, spans, topic } = stage;
      const [orders, shipments] = [await topic(), await topic()];
      const producer = await session.producer();
      for (const value of ['1', '2', '3']) await producer.send([{ topic: orders, value }]);
      const sent = [1, 2, 3].map(() => spans.take(`send ${orders}`));
      await handleAll(stage, {
        topic: orders,
        way: 'loop',
        count: 3,
        handle: async ({ value }) => {
          await new Promise((resolve) => setImmediate(resolve));
          await producer.send([{ topic: shipments, key: value, value }]);
        },
      });
      const all = spans.takeAll();
      const shipped = all.filter(({ name }) => name === `send ${shipments}`);
      expect(shipped.map((span) => span.spanContext().traceId)).to.deep.equal(sent.map((span) => span.spanContext().traceId));
      for (const [index, processed] of messageSpans(all).entries()) expectChild(shipped[index] as RecordedSpan, processed);
    },
  ],
  [
    'leaves nothing active behind the loop',
    async (stage) => {
      const { session, spans, topic } = stage;
      const orders = await topic();
      await (await session.producer()).send([{ topic: orders, value: 'v' }]);
      await handleAll(stage, { topic: orders, way: 'loop', count: 1, handle: nothing });
      spans.takeAll();
      expect(trace.getSpanContext(contextApi.active())).to.equal(undefined);
    },
  ],
  [
    'ends each span once when the handling of a message fails',
    async (stage) => {
      const { client, session, spans, topic } = stage;
      const orders = await topic();
      await (await session.producer()).send([{ topic: orders, value: 'v' }]);
      spans.take(`send ${orders}`);
      const reason = new Error('not today');
      const again = Promise.withResolvers<void>();
      let attempts = 0;
      const consumption = await session.consume({
        topic: orders,
        way: 'loop',
        handle: async () => {
          if (++attempts === 1) throw reason;
          again.resolve();
        },
      });
      if (client.redelivers) await again.promise;
      else expect(await consumption.ended).to.equal(reason);
      await consumption.close();
      const ofMessages = messageSpans(spans.takeAll());
      expect(ofMessages.length).to.equal(attempts);
    },
  ],
  [
    'counts each message once',
    async (stage) => {
      const { session, spans, topic, metrics } = stage;
      const orders = await topic();
      await (await session.producer()).send(['1', '2', '3'].map((value) => ({ topic: orders, value })));
      await handleAll(stage, { topic: orders, way: 'loop', count: 3, handle: nothing });
      spans.takeAll();
      expect((await metrics()).get('messaging.client.consumed.messages')?.dataPoints.map(({ value }) => value)).to.deep.equal([3]);
    },
  ],
];

/** The spans of single messages; the span of a batch has none's offset. */
function messageSpans(spans: readonly RecordedSpan[]): RecordedSpan[] {
  return spans.filter(({ name, attributes }) => name.startsWith('process ') && attributes['kafka.offset'] !== undefined);
}
