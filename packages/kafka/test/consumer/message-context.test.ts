import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { kafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import { messageContext } from '../../src/consumer/delivered-message.ts';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { a, ids } from '../support/telemetry/creation-contexts.ts';
import { received, StubConsumer } from '../support/stubs/stub-consumer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('messageContext', () => {
  const { spans } = useTracing();
  const headers = { traceparent: a.traceparent, baggage: 'tenant=acme' };

  it('gives work that outlives the handler the message’s trace and baggage (B27)', async () => {
    const client = new StubConsumer();
    const replies: (() => void)[] = [];
    await wrapConsumer(client).run({
      eachMessage: async ({ message }) => {
        // Frameworks parse in place: the original is still known.
        Object.assign(message, { headers: { parsed: true } });
        replies.push(() => context.with(messageContext(message), () => trace.getTracer('test').startSpan('reply').end()));
      },
    });
    await client.deliver(received({ headers }));
    spans.take('process orders');
    for (const reply of replies) reply();
    expect(ids(spans.take('reply').parentSpanContext)).to.deep.equal(ids(a));
  });

  it('knows each message of a batch without forEachMessage', async () => {
    const client = new StubConsumer();
    const seen: unknown[] = [];
    await wrapConsumer(client).run({
      eachBatch: async ({ batch }) => {
        for (const message of batch.messages) seen.push(ids(trace.getSpanContext(messageContext(message))));
      },
    });
    await client.deliverBatch([received({ headers }), received()]);
    spans.take('process orders');
    expect(seen).to.deep.equal([ids(a), undefined]);
  });

  it('has no parent and no baggage for a message from an untrusted topic', async () => {
    for (const trust of ['link', 'ignore'] as const) {
      const client = new StubConsumer();
      const message = received({ headers });
      await wrapConsumer(client, { propagation: kafkaPropagation({ inject: ['w3c'], trust }) }).run({ eachMessage: async () => {} });
      await client.deliver(message);
      spans.take('process orders');
      const untrusted = messageContext(message);
      expect(trace.getSpanContext(untrusted)).to.equal(undefined);
      expect(propagation.getBaggage(untrusted)).to.equal(undefined);
    }
  });

  it('reads any other message with the global propagator', () => {
    const foreign = messageContext({ headers });
    expect(ids(trace.getSpanContext(foreign))).to.deep.equal(ids(a));
    expect(propagation.getBaggage(foreign)?.getEntry('tenant')?.value).to.equal('acme');
  });

  it('has no span for values without a context or that are no message, and never throws', () => {
    const hostile = new Proxy({}, { get: () => expect.fail('hostile') });
    for (const garbage of [undefined, null, hostile]) expect(messageContext(garbage as never)).to.equal(ROOT_CONTEXT);
    for (const empty of [7, {}, { headers: null }, { headers: {} }])
      expect(trace.getSpanContext(messageContext(empty as never))).to.equal(undefined);
  });
});
