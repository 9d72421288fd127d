import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { B3Propagator } from '@opentelemetry/propagator-b3';
import { TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import type { Contender } from '../measure/scenario.ts';
import { stubClients } from '../stub/stub-clients.ts';
import { Incoming, outgoing } from '../stub/stub-message.ts';

describe('what is written by hand', () => {
  const ended: ReadableSpan[] = [];

  before(() => {
    const spanProcessors = [
      { onStart: () => {}, onEnd: (span: ReadableSpan) => void ended.push(span), forceFlush: async () => {}, shutdown: async () => {} },
    ];
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new B3Propagator());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors }));
  });

  after(() => {
    trace.disable();
    propagation.disable();
    context.disable();
  });

  /** What is the same for each message of the kind. */
  const shapeOf = ({ name, kind, attributes, links, parentSpanContext }: ReadableSpan) => ({
    name,
    kind,
    attributes,
    links: links.map(({ context: linked, attributes: ofLink = {} }) => [linked.spanId === parentSpanContext?.spanId, ofLink]),
  });

  async function tracesOf(contender: Contender) {
    ended.length = 0;
    const { kafka, producer, consumer } = stubClients(contender);
    await producer.send({ topic: 'orders', messages: [outgoing(1, false)] });
    await consumer.run({
      eachMessage: async () => {
        expect(trace.getActiveSpan()?.isRecording()).to.equal(true);
      },
    });
    const payload = new Incoming(true).messagePayload();
    await kafka.running.eachMessage?.(payload);
    const [send, process] = ended;
    if (send === undefined || process === undefined) throw new Error(`${contender} ended ${ended.length} spans.`);
    const { traceId, spanId } = send.spanContext();
    const parent = process.parentSpanContext;
    return {
      spans: ended.map(shapeOf),
      headers: { ...kafka.sent[0]?.headers },
      ownHeaders: { b3: `${traceId}-${spanId}-1`, 'tracelink-origin': `00-${traceId}-${spanId}-01` },
      parent: `${parent?.traceId}-${parent?.spanId}-1`,
      received: String(payload.message.headers['b3']),
    };
  }

  it('makes the spans, headers and parents that wrapProducer and wrapConsumer make', async () => {
    const byHand = await tracesOf('by-hand');
    const ours = await tracesOf('ours-global');
    for (const traced of [byHand, ours]) {
      expect(traced.headers).to.deep.equal(traced.ownHeaders);
      expect(traced.parent).to.equal(traced.received);
    }
    expect(byHand.spans).to.have.length(2).and.to.deep.equal(ours.spans);
  });
});
