import { context, createContextKey, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { SpanRecorder, TestingError } from '@tracelink/testing';
import { expect } from 'chai';
import { tracerTo } from '../support/tracing.ts';

describe('SpanRecorder', () => {
  let recorder: SpanRecorder;
  let tracer: Tracer;

  beforeEach(() => {
    recorder = new SpanRecorder();
    tracer = tracerTo(recorder);
  });

  describe('take', () => {
    it('gives the span by its exact name, once', () => {
      tracer.startSpan('send orders', { kind: SpanKind.PRODUCER, attributes: { a: 1 } }).end();
      const span = recorder.take('send orders');
      expect(span).to.include({ name: 'send orders', kind: SpanKind.PRODUCER, ended: true });
      expect(span.attributes).to.deep.equal({ a: 1 });
      expect(span.resource.attributes).to.include({ 'service.name': 'orders' });
      expect(() => recorder.take('send orders')).to.throw(TestingError, '[not_found] No ended span named "send orders".');
    });

    it('gives the earliest ended span that satisfies a predicate', () => {
      const [first, second] = [tracer.startSpan('a'), tracer.startSpan('b')];
      second.end();
      first.end();
      expect(recorder.take(({ name }) => name.length === 1).name).to.equal('b');
      expect(recorder.take('a').name).to.equal('a');
    });

    it('lists what there is as a tree when nothing matches', () => {
      const parent = tracer.startSpan('POST /orders', { kind: SpanKind.SERVER });
      tracer.startSpan('send orders', {}, trace.setSpan(ROOT_CONTEXT, parent)).end();
      parent.end();
      tracer.startSpan('detached');
      expect(() => recorder.take('process orders')).to.throw(
        new RegExp(
          [
            'Ended:',
            `trace ${parent.spanContext().traceId}`,
            String.raw`└─ orders: POST /orders \(server, \d+\.\d ms\)`,
            String.raw`   └─ orders: send orders \(internal, \d+\.\d ms\)`,
            'Open: detached',
          ].join('\n'),
        ),
      );
    });
  });

  describe('waitFor', () => {
    it('takes a span that has ended already', async () => {
      tracer.startSpan('early').end();
      expect((await recorder.waitFor('early')).name).to.equal('early');
      recorder.assertDone();
    });

    it('takes a span when it ends, and gives it to the first of two waits', async () => {
      const waits = [recorder.waitFor('late'), recorder.waitFor(({ name }) => name === 'late')];
      const spans = [tracer.startSpan('late'), tracer.startSpan('late')];
      for (const span of spans) span.end();
      const ids = (await Promise.all(waits)).map((span) => span.spanContext().spanId);
      expect(ids).to.deep.equal(spans.map((span) => span.spanContext().spanId));
      recorder.assertDone();
    });

    it('rejects after its timeout with what there is', async () => {
      tracer.startSpan('other').end();
      const error = await rejection(recorder.waitFor('missing', { timeout: 1 }));
      expect(error).to.be.instanceOf(TestingError).and.include({ code: 'timeout' });
      expect(error.message).to.match(/No span named "missing" ended within 1 ms\.\n[^]*orders: other/);
    });

    it('refuses a timeout that no timer can wait for, which would be over at once', async () => {
      for (const timeout of [Infinity, 2 ** 31, -1, Number.NaN]) {
        const error = await rejection(recorder.waitFor('missing', { timeout }));
        expect(error).to.be.instanceOf(TestingError).and.include({ code: 'invalid_argument' });
      }
      recorder.assertDone();
    });

    it('keeps a predicate that throws away from the application that ends the span', async () => {
      const mistake = new Error('mistake');
      const wait = rejection(
        recorder.waitFor(() => {
          throw mistake;
        }),
      );
      expect(() => tracer.startSpan('a').end()).not.to.throw();
      expect(await wait).to.equal(mistake);
      expect(recorder.take('a').name).to.equal('a');
    });
  });

  it('takes all ended spans in the order of their end, and knows the open ones', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => tracer.startSpan(name));
    c?.end();
    a?.end();
    expect(recorder.open()).to.deep.equal(['b']);
    expect(recorder.takeAll().map(({ name }) => name)).to.deep.equal(['c', 'a']);
    expect(recorder.takeAll()).to.deep.equal([]);
    b?.end();
    expect(recorder.take('b').name).to.equal('b');
  });

  describe('assertDone', () => {
    it('accepts a test that took every span', () => {
      tracer.startSpan('a').setStatus({ code: SpanStatusCode.OK }).end();
      recorder.take('a');
      recorder.assertDone();
    });

    it('refuses a span that was not taken, once', () => {
      tracer.startSpan('forgotten').end();
      expect(() => recorder.assertDone()).to.throw(TestingError, /^\[not_done\] not taken:\n[^]*orders: forgotten/);
      recorder.assertDone();
    });

    it('refuses a span that is still open', () => {
      tracer.startSpan('leaked');
      expect(() => recorder.assertDone()).to.throw('still open: leaked');
    });

    it('refuses a second end, also of a span that was taken', () => {
      const span = tracer.startSpan('twice');
      span.end();
      recorder.take('twice');
      span.end();
      expect(() => recorder.assertDone()).to.throw(/^\[not_done\] ended twice: twice$/);
    });

    it('refuses every way to write to a span after its end, and names each call once', () => {
      const span = tracer.startSpan('late');
      span.end();
      recorder.take('late');
      span
        .setAttribute('a', 1)
        .setAttributes({ a: 1, b: 2 })
        .addEvent('e')
        .addLink({ context: span.spanContext() })
        .addLinks([{ context: span.spanContext() }])
        .setStatus({ code: SpanStatusCode.ERROR })
        .updateName('renamed')
        .recordException(new Error('late'));
      const calls = ['setAttribute', 'setAttributes', 'addEvent', 'addLink', 'addLinks', 'setStatus', 'updateName', 'recordException'];
      expect(() => recorder.assertDone()).to.throw(
        new RegExp(`^\\[not_done\\] ${calls.map((call) => `${call} after the end: late`).join('\n')}$`),
      );
    });

    it('lets a span be written to before its end, and keeps what was written', () => {
      tracer.startSpan('a').setAttributes({ a: 1, b: 2 }).addEvent('e').updateName('b').end();
      expect(recorder.take('b').attributes).to.deep.equal({ a: 1, b: 2 });
      recorder.assertDone();
    });

    it('rejects a wait that was not fulfilled', async () => {
      const wait = rejection(recorder.waitFor('never'));
      expect(() => recorder.assertDone()).to.throw('still waiting for a span named "never"');
      expect(await wait).to.include({ code: 'abandoned' });
    });

    it('refuses a context that leaked out of its scope', () => {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      try {
        context.with(ROOT_CONTEXT.setValue(createContextKey('leak'), 1), () => {
          expect(() => recorder.assertDone()).to.throw('a scope leaked');
        });
        recorder.assertDone();
      } finally {
        context.disable();
      }
    });
  });

  it('ignores earlier spans after a reset', () => {
    const [open, ended] = [tracer.startSpan('open'), tracer.startSpan('ended')];
    ended.end();
    recorder.reset();
    open.end();
    ended.end();
    recorder.assertDone();
  });

  it('still gives its spans after the tracer provider was flushed and shut down', async () => {
    tracer.startSpan('a').end();
    await recorder.forceFlush();
    await recorder.shutdown();
    expect(recorder.take('a').name).to.equal('a');
  });
});

async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.fail('did not reject'),
    (error: unknown) => error as Error,
  );
}
