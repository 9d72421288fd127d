import { ROOT_CONTEXT, propagation as api, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { expect } from 'chai';
import { type KafkaPropagationOptions, kafkaPropagation } from '../../src/index.ts';
import { remote, spanA, spanB, traceA, traceB } from '../trace-context.ts';

const fresh = `00-${traceB}-${spanB}-01`;
const ours = trace.setSpanContext(ROOT_CONTEXT, remote(traceB, spanB));

function written(headers: unknown, options: KafkaPropagationOptions = {}, context = ours): unknown {
  return kafkaPropagation({ inject: ['w3c'], origin: false, ...options })
    .injection(context, 'inner')
    .into(headers);
}

describe('a baggage header of the caller’s', () => {
  it('stays as it came on a new message, also beside the headers of an event', () => {
    for (const baggage of ['mine=1 ; p', Buffer.from('mine=%20'), 'no list', ['a=1', 'b=2']]) {
      const headers = { baggage, ce_traceparent: `00-${traceA}-${spanA}-01`, mine: 'own' };
      expect(written(headers)).to.deep.equal({ ...headers, traceparent: fresh });
    }
    expect(written({ baggage: 'mine=1', b3: undefined })).to.deep.equal({ baggage: 'mine=1', traceparent: fresh });
  });

  it('goes by the allow-list, in every shape of headers', () => {
    const only = { baggage: ['tenant'] };
    const baggage = 'tenant=1,secret=2';
    expect(written({ Baggage: baggage }, only)).to.deep.equal({ traceparent: fresh, baggage: 'tenant=1' });
    expect(written(new Map([['baggage', baggage]]), only)).to.deep.equal(
      new Map([
        ['traceparent', fresh],
        ['baggage', 'tenant=1'],
      ]),
    );
    expect(written([['baggage', Buffer.from(baggage)]], only)).to.deep.equal([
      ['traceparent', fresh],
      ['baggage', 'tenant=1'],
    ]);
    for (const none of [{ baggage: [] }, { baggage: ['other'] }])
      expect(written({ baggage, mine: 'own' }, none)).to.deep.equal({ mine: 'own', traceparent: fresh });
    expect(written({ baggage: `tenant=${'x'.repeat(9_000)}` }, only)).to.deep.equal({ traceparent: fresh });
  });

  it('goes without what Sentry and Camel keep in it, unless the allow-list names that', () => {
    const sentry = 'sentry-trace_id=1,sentry-environment=live';
    expect(written({ baggage: `${sentry},tenant=1,camelScope=true` })).to.deep.equal({ traceparent: fresh, baggage: 'tenant=1' });
    expect(written({ baggage: sentry })).to.deep.equal({ traceparent: fresh });
    expect(written({ baggage: sentry }, { baggage: ['sentry-environment'] })).to.deep.equal({
      traceparent: fresh,
      baggage: 'sentry-environment=live',
    });
  });

  it('goes where another trace header says that it was copied, also one that is not read', () => {
    for (const [name, value] of [
      ['sentry-trace', `${traceA}-${spanA}-1`],
      ['traceparent', 'broken'],
      ['tracestate', 'a=1'],
      ['B3', `${traceA}-${spanA}-1`],
      ['uberctx-tenant', '1'],
      ['tracelink-origin', fresh],
    ] as const)
      expect(written({ baggage: 'secret=1', [name]: value }), name).to.deep.equal({ traceparent: fresh });
    expect(written({ baggage: 'secret=1', 'sentry-trace': 'kept' }, { keep: ['sentry'] })).to.deep.equal({
      traceparent: fresh,
      'sentry-trace': 'kept',
    });
  });

  it('goes beside a header of the global propagator’s own', () => {
    const w3c = new W3CTraceContextPropagator();
    api.setGlobalPropagator({
      inject: (...args) => w3c.inject(...args),
      extract: (context) => context,
      fields: () => ['traceparent', 'X-Custom'],
    });
    try {
      const propagation = kafkaPropagation({ origin: false });
      const into = (headers: object) => propagation.injection(ours, 'inner').into(headers);
      expect(into({ baggage: 'secret=1', 'x-custom': '1' })).to.deep.equal({ traceparent: fresh });
      expect(into({ baggage: 'mine=1' })).to.deep.equal({ baggage: 'mine=1', traceparent: fresh });
    } finally {
      api.disable();
    }
  });

  for (const trust of ['link', 'ignore'] as const)
    describe(`in the handler of a message whose topic’s trust is ${trust}`, () => {
      const careful = { trust: (topic: string) => (topic === 'public' ? trust : ('trusted' as const)) };

      /** The headers that go out where a handler of `received` sends `headers`. */
      function forwarded(received: unknown, headers: unknown): unknown {
        const extraction = kafkaPropagation({ inject: ['w3c'], ...careful }).extract(received, 'public');
        return written(headers, careful, trace.setSpanContext(extraction.asRoot(), remote(traceB, spanB)));
      }

      const received = { baggage: [Buffer.from('tenant=admin'), Buffer.from('role=root')] };

      it('goes where it is copied, whole or in part, joined or apart', () => {
        for (const baggage of [
          received.baggage,
          'tenant=admin',
          ['role=root', 'tenant=admin'],
          String(received.baggage),
          'role=root, tenant=admin',
          ['role=root,tenant=admin', 'tenant=admin'],
        ])
          expect(forwarded(received, { baggage }), String(baggage)).to.deep.equal({ traceparent: fresh });
        expect(forwarded({ baggage: 'tenant=admin,role=root' }, received)).to.deep.equal({ traceparent: fresh });
      });

      it('goes where it is copied in another encoding, with other properties or without', () => {
        const encoded = { baggage: 'tenant=%61dmin ; p, no member' };
        for (const baggage of ['tenant=admin', ' tenant = admin;q=1', 'tenant=ad%6din', 'no member'])
          expect(forwarded(encoded, { baggage }), baggage).to.deep.equal({ traceparent: fresh });
      });

      it('keeps the members that the handler adds', () => {
        for (const baggage of [['tenant=admin', 'mine=1'], 'tenant=admin,mine=1', 'mine=1,role=root'])
          expect(forwarded(received, { baggage })).to.deep.equal({ traceparent: fresh, baggage: 'mine=1' });
        expect(forwarded(received, { baggage: 'tenant=mine ; p, b=2' })).to.deep.equal({
          traceparent: fresh,
          baggage: 'tenant=mine ; p, b=2',
        });
        expect(forwarded(received, { baggage: 'mine=1,sentry-a=1' })).to.deep.equal({ traceparent: fresh, baggage: 'mine=1' });
      });

      it('goes as a whole where there was more of the message’s headers than is remembered', () => {
        const long = `a=${'x'.repeat(8_190)}`;
        const tooMuch: Readonly<Record<string, unknown>> = {
          'more characters than are read': { baggage: ['tenant=admin', long, `b${long}`] },
          'more characters than are kept': { baggage: ['tenant=admin', long, long, long, long] },
          'more repeats': { baggage: ['tenant=admin', ...Array.from({ length: 16 }, () => 'a=1')] },
          'more names': [['baggage', 'tenant=admin'], ...Array.from({ length: 1_024 }, () => ['mine', 'own'])],
          'more members': { baggage: [...Array.from({ length: 300 }, (_, index) => `a${index}=1`), 'tenant=admin'].join() },
          'more of other headers': Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`uberctx-${index}`, '1'])),
          'no text': { baggage: Buffer.from([...Buffer.from('tenant=admin,a='), 0xff]) },
          'too many bytes in numbers': { baggage: [...Buffer.from(`tenant=admin,${long}${long}${long}`)] },
        };
        for (const [what, headers] of Object.entries(tooMuch))
          expect(forwarded(headers, { baggage: 'tenant=admin' }), what).to.deep.equal({ traceparent: fresh });
        expect(forwarded({ baggage: ['tenant=admin', long] }, { baggage: ['tenant=admin', 'mine=1'] })).to.deep.equal({
          traceparent: fresh,
          baggage: 'mine=1',
        });
      });
    });
});
