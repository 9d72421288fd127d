import { type Context, isSpanContextValid, propagation as api, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { ParentBasedSampler, AlwaysOnSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import { incomingExtraction, kafkaPropagation } from '../../src/index.ts';
import { remote, spanA, spanB, traceA, traceB } from '../trace-context.ts';

const traceparentA = `00-${traceA}-${spanA}-01`;
const traceparentB = `00-${traceB}-${spanB}-01`;
const b3A = `${traceA}-${spanA}-1`;
const both = kafkaPropagation({ extract: ['w3c', 'b3', 'b3multi', 'jaeger'] });

function isSampledUnder(context: Context): boolean {
  const provider = new TracerProvider({ sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }) });
  return (provider.getTracer('t').startSpan('s', {}, context).spanContext().traceFlags & 1) === 1;
}

describe('extraction', () => {
  it('returns context, origin and one hop for a first hop', () => {
    const extraction = both.extract({ traceparent: traceparentA, tracestate: 'a=1' }, 't');
    expect(extraction).to.deep.include({
      conflicts: [],
      sampling: 'inherit',
      debug: false,
      relation: undefined,
      hops: 1,
      since: undefined,
      baggage: undefined,
      attributes: {},
      trust: 'trusted',
    });
    expect(extraction.creationContext).to.deep.include(remote(traceA, spanA));
    expect(extraction.creationContext?.traceState?.serialize()).to.equal('a=1');
    expect(extraction.origin).to.equal(extraction.creationContext);
  });

  it('joins repeated tracestate and baggage headers in their order (3.12)', () => {
    const extraction = both.extract(
      { traceparent: traceparentA, tracestate: ['a=1', Buffer.from('b=2')], baggage: ['k=1', Buffer.from('l=2')] },
      't',
    );
    expect(extraction.creationContext?.traceState?.serialize()).to.equal('a=1,b=2');
    expect(extraction.baggage?.getAllEntries().map(([key]) => key)).to.deep.equal(['k', 'l']);
  });

  for (const [reader, propagation] of [
    ['its own codec', both],
    ['the global propagator', kafkaPropagation()],
  ] as const)
    describe(`of a repeated traceparent, read by ${reader},`, () => {
      before(() => api.setGlobalPropagator(new W3CTraceContextPropagator()));
      after(() => api.disable());

      /** By the keys that the tests have. */
      const stateOf = (headers: object): string => {
        const state = propagation.extract(headers, 't').creationContext?.traceState;
        return ['a', 'b', 'c'].map((key) => state?.get(key) ?? '-').join(' ');
      };
      const laterHop = `00-${traceA}-${spanB}-01`;

      it('leaves out the tracestate of several traces, as no one can say whose it is (3.12)', () => {
        for (const tracestate of ['a=1', ['a=1', Buffer.from('b=2')]])
          expect(stateOf({ traceparent: [traceparentA, Buffer.from(traceparentB)], tracestate })).to.equal('- - -');
        expect(stateOf({ traceparent: ['broken', traceparentB], tracestate: 'b=2' })).to.equal('- 2 -');
      });

      it('takes the newer of equal members where a later hop of the trace appended its own (3.12)', () => {
        const traceparent = [traceparentA, laterHop];
        expect(stateOf({ traceparent, tracestate: ['a=old,b=1', Buffer.from('a=new,c=1')] })).to.equal('new 1 1');
        expect(stateOf({ traceparent, tracestate: 'a=1' })).to.equal('1 - -');
        expect(stateOf({ traceparent })).to.equal('- - -');
      });
    });

  it('reads no tracestate without a valid traceparent (3.1)', () => {
    expect(both.extract({ traceparent: 'broken', tracestate: 'a=1', b3: b3A }, 't').creationContext).to.deep.equal(remote(traceA, spanA));
  });

  it('prefers formats in the order of the list and keeps each disagreeing context once (4.5, 4.6, B21)', () => {
    const headers = { traceparent: traceparentA, b3: `${traceB}-${spanB}-1`, 'uber-trace-id': `${traceB}:${spanB}:0:1` };
    const preferW3C = both.extract(headers, 't');
    expect(preferW3C.creationContext?.traceId).to.equal(traceA);
    expect(preferW3C.conflicts).to.deep.equal([remote(traceB, spanB)]);
    const preferB3 = kafkaPropagation({ extract: ['b3', 'w3c'] }).extract(headers, 't');
    expect(preferB3.creationContext?.traceId).to.equal(traceB);
    expect(preferB3.conflicts).to.deep.equal([remote(traceA, spanA)]);
  });

  it('finds no conflict when formats agree, and takes debug from the one that has it', () => {
    const extraction = both.extract({ traceparent: traceparentA, b3: `${traceA}-${spanA}-d` }, 't');
    expect(extraction.conflicts).to.deep.equal([]);
    expect(extraction.debug).to.equal(true);
  });

  it('b3 and b3multi both read both encodings, each its own first (2.4, 2.6)', () => {
    const headers = { b3: b3A, 'X-B3-TraceId': traceB, 'X-B3-SpanId': spanB, 'X-B3-Sampled': '1' };
    expect(kafkaPropagation({ extract: ['b3'] }).extract(headers, 't').creationContext?.traceId).to.equal(traceA);
    expect(kafkaPropagation({ extract: ['b3multi'] }).extract(headers, 't').creationContext?.traceId).to.equal(traceB);
  });

  describe('of a denial', () => {
    it('without ids gives an unsampled parent, the same each time (2.10)', () => {
      const extraction = both.extract({ b3: '0' }, 't');
      expect(extraction).to.deep.include({ sampling: 'deny', creationContext: undefined });
      const parent = trace.getSpanContext(extraction.asParent());
      expect(parent).to.deep.include({ traceFlags: 0, isRemote: true });
      expect(isSpanContextValid(parent!)).to.equal(true);
      expect(trace.getSpanContext(extraction.asParent())).to.equal(parent);
      expect(isSampledUnder(extraction.asParent())).to.equal(false);
      expect(isSampledUnder(extraction.asRoot())).to.equal(true);
    });

    it('travels on through the consumer’s span', () => {
      const parent = both.extract({ b3: '0' }, 't').asParent();
      const provider = new TracerProvider({ sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }) });
      const span = provider.getTracer('t').startSpan('s', {}, parent);
      const written = kafkaPropagation({ inject: ['b3'] })
        .injection(trace.setSpan(parent, span), 't')
        .into({}) as Record<string, string>;
      expect(written['b3']).to.match(/^[0-9a-f]{32}-[0-9a-f]{16}-0$/);
    });

    it('takes its ids from another encoding or format', () => {
      const multi = { b3: '0', 'X-B3-TraceId': traceA, 'X-B3-SpanId': spanA, 'X-B3-Sampled': '1' };
      expect(kafkaPropagation({ extract: ['b3'] }).extract(multi, 't')).to.deep.include({
        sampling: 'deny',
        creationContext: remote(traceA, spanA, 0),
      });
      const mixed = { b3: '0', traceparent: traceparentA };
      expect(kafkaPropagation({ extract: ['b3', 'w3c'] }).extract(mixed, 't')).to.deep.include({
        sampling: 'deny',
        creationContext: remote(traceA, spanA, 0),
      });
      expect(kafkaPropagation({ extract: ['w3c', 'b3'] }).extract(mixed, 't')).to.deep.include({
        sampling: 'inherit',
        creationContext: remote(traceA, spanA),
      });
    });
  });

  it('of ids without a state is deferred (2.11)', () => {
    expect(both.extract({ b3: `${traceA}-${spanA}` }, 't')).to.deep.include({
      sampling: 'defer',
      creationContext: remote(traceA, spanA, 0),
    });
  });

  it('returns contexts with and without the parent, both with what travels on', () => {
    const extraction = both.extract({ traceparent: traceparentA, baggage: 'k=v' }, 't');
    expect(trace.getSpanContext(extraction.asParent())).to.equal(extraction.creationContext);
    expect(trace.getSpanContext(extraction.asRoot())).to.equal(undefined);
    for (const context of [extraction.asParent(), extraction.asRoot()]) {
      expect(incomingExtraction.get(context)).to.equal(extraction);
      expect(api.getBaggage(context)?.getEntry('k')?.value).to.equal('v');
    }
  });

  it('keeps texts and not the client’s bytes once it has become a context', () => {
    const headers = {
      traceparent: Buffer.from(traceparentA),
      'tracelink-origin': Buffer.from(traceparentB),
      'tracelink-trace': [Buffer.from('hops=7;since=1'), Buffer.from([0xff])],
      'uberctx-k': Buffer.from('v'),
    };
    const extraction = both.extract(headers, 't');
    const context = extraction.asParent();
    for (const value of Object.values(headers).flat()) value.fill(0);
    expect(extraction.origin).to.deep.equal(remote(traceB, spanB));
    expect(extraction).to.include({ hops: 7, since: 1 });
    expect(api.getBaggage(context)?.getEntry('k')?.value).to.equal('v');
  });

  it('reads the sender’s wish, and nothing but parent and link', () => {
    for (const wish of ['parent', 'link'] as const) expect(both.extract({ 'tracelink-relation': wish }, 't').relation).to.equal(wish);
    expect(both.extract({ 'tracelink-relation': 'sibling' }, 't').relation).to.equal(undefined);
  });

  describe('from a topic that is not trusted', () => {
    const headers = {
      traceparent: traceparentA,
      tracestate: 'a=1',
      baggage: 'k=v',
      b3: `${traceB}-${spanB}-d`,
      sw8: '1-YQ==-Yg==-3-cw==-aQ==-ZQ==-cA==',
      'tracelink-origin': traceparentB,
      'tracelink-relation': 'parent',
      'tracelink-trace': 'hops=7;since=1700000000000',
    };
    const propagation = kafkaPropagation({
      inject: ['w3c', 'sw8'],
      extract: ['w3c', 'b3', 'sw8'],
      trust: (topic) => (topic === 'in' ? 'trusted' : topic === 'dmz' ? 'link' : 'ignore'),
    });

    it('keeps ids for links and nothing else (5.3, 5.4)', () => {
      const extraction = propagation.extract(headers, 'dmz');
      expect(extraction).to.deep.include({
        sampling: 'inherit',
        debug: false,
        origin: undefined,
        relation: undefined,
        hops: 1,
        since: undefined,
        baggage: undefined,
        attributes: {},
        trust: 'link',
      });
      expect(extraction.creationContext).to.deep.equal(remote(traceA, spanA, 0));
      expect(extraction.conflicts).to.deep.equal([remote(traceB, spanB, 0)]);
      expect(trace.getSpanContext(extraction.asParent())).to.equal(undefined);
      expect(api.getBaggage(extraction.asParent())).to.equal(undefined);
    });

    it('forwards nothing of it', () => {
      const span = trace.setSpanContext(propagation.extract(headers, 'dmz').asRoot(), remote(traceB, spanB));
      expect(propagation.injection(span, 't').into({})).to.deep.equal({ traceparent: traceparentB, 'tracelink-origin': traceparentB });
    });

    it('reads nothing when headers are ignored', () => {
      const extraction = propagation.extract(headers, 'internet');
      expect(extraction).to.deep.include({ creationContext: undefined, conflicts: [], origin: undefined, hops: 1, trust: 'ignore' });
      expect(propagation.creationContext(headers)?.traceId, 'whatever the trust').to.equal(traceA);
    });

    it('reads all of these members when the topic is trusted', () => {
      const extraction = propagation.extract(headers, 'in');
      expect(extraction).to.deep.include({
        origin: remote(traceB, spanB),
        relation: 'parent',
        hops: 7,
        since: 1_700_000_000_000,
        trust: 'trusted',
      });
      expect(extraction.attributes).to.deep.include({ 'tracelink.sw8.trace_id': 'a', 'tracelink.sw8.span_id': 3 });
    });
  });

  it('lets only the listed baggage keys in', () => {
    const narrow = kafkaPropagation({ extract: ['w3c'], baggage: ['tenant'] });
    expect(narrow.extract({ baggage: 'tenant=1,secret=2' }, 't').baggage?.getAllEntries()).to.deep.equal([['tenant', { value: '1' }]]);
    expect(narrow.extract({ baggage: 'secret=2' }, 't').baggage).to.equal(undefined);
  });

  it('reads Jaeger’s baggage beside the standard header, which wins', () => {
    const headers = {
      baggage: 'a=1',
      'uberctx-a': 'x',
      'UberCtx-b': Buffer.from('caf%C3%A9'),
      'uberctx-c': Buffer.from('café'),
      'jaeger-baggage': 'd=4, e=5',
    };
    const read = kafkaPropagation({ extract: ['jaeger'] })
      .extract(headers, 't')
      .baggage?.getAllEntries();
    expect(read?.map(([key, { value }]) => `${key}=${value}`)).to.deep.equal(['a=1', 'b=café', 'c=café', 'd=4', 'e=5']);
    expect(both.extract({ 'uberctx-a': 'x' }, 't').baggage?.getEntry('a')?.value).to.equal('x');
    expect(kafkaPropagation({ extract: ['w3c'] }).extract({ 'uberctx-a': 'x' }, 't').baggage).to.equal(undefined);
  });
});
