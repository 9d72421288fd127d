import {
  type Context,
  ROOT_CONTEXT,
  type TextMapPropagator,
  createContextKey,
  isSpanContextValid,
  propagation as api,
  trace,
} from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { expect } from 'chai';
import { kafkaPropagation } from '../../src/index.ts';
import { remote, spanA, spanB, traceA, traceB } from '../trace-context.ts';

const traceparentA = `00-${traceA}-${spanA}-01`;
const b3B = `${traceB}-${spanB}-1`;
const w3c = new W3CTraceContextPropagator();
const multi = new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER });
const propagation = kafkaPropagation({ origin: false });

function register(...propagators: TextMapPropagator[]): void {
  const [only] = propagators;
  api.setGlobalPropagator(propagators.length === 1 && only !== undefined ? only : new CompositePropagator({ propagators }));
}

function on(traceId: string, spanId: string): Context {
  return trace.setSpanContext(ROOT_CONTEXT, remote(traceId, spanId));
}

describe('the global propagator', () => {
  beforeEach(() => api.disable());
  after(() => api.disable());

  it('reads and writes nothing when it is missing, but removes stale headers', () => {
    expect(propagation.extract({ traceparent: traceparentA }, 't').creationContext).to.equal(undefined);
    expect(propagation.creationContext({ traceparent: traceparentA })).to.equal(undefined);
    expect(propagation.injection(on(traceA, spanA), 't').into({ traceparent: 'stale', a: '1' })).to.deep.equal({ a: '1' });
  });

  it('counts from the moment it is registered (4.7)', () => {
    const early = kafkaPropagation({ origin: false });
    register(w3c);
    expect(early.creationContext({ TraceParent: [Buffer.from('broken'), Buffer.from(traceparentA)] })).to.deep.equal(remote(traceA, spanA));
    api.disable();
    register(new B3Propagator());
    expect(early.injection(on(traceA, spanA), 't').into({})).to.deep.equal({ b3: `${traceA}-${spanA}-1` });
  });

  for (const [name, propagator] of [
    ['single', new B3Propagator()],
    ['multiple', multi],
  ] as const) {
    describe(`for B3 that writes ${name} headers`, () => {
      beforeEach(() => register(propagator));

      it('reads both encodings from bytes in any case, and falls back where b3 is broken (2.8, 2.9)', () => {
        const inBytes = { 'X-B3-TraceId': Buffer.from(traceB), 'X-B3-SpanId': Buffer.from(spanB), 'X-B3-Sampled': Buffer.from('1') };
        expect(propagation.creationContext({ B3: Buffer.from(b3B) })).to.deep.equal(remote(traceB, spanB));
        expect(propagation.creationContext(inBytes)).to.deep.equal(remote(traceB, spanB));
        expect(propagation.creationContext({ ...inBytes, b3: 'zzzbroken' })).to.deep.equal(remote(traceB, spanB));
      });

      it('never receives a text that is not entirely B3 (2.12)', () => {
        for (const bad of [`zzz${b3B}zzz`, `${traceA}${b3B}`, `${traceB}-${spanB}-x`])
          expect(propagation.creationContext({ b3: bad }), bad).to.equal(undefined);
        expect(propagation.creationContext({ 'x-b3-traceid': traceA.toUpperCase(), 'x-b3-spanid': spanA, 'x-b3-sampled': '1' })).to.equal(
          undefined,
        );
      });

      it('honours a denial, alone and beside ids (2.10)', () => {
        const alone = propagation.extract({ b3: '0' }, 't');
        expect(alone).to.deep.include({ sampling: 'deny', creationContext: undefined });
        const parent = trace.getSpanContext(alone.asParent());
        expect(parent !== undefined && isSpanContextValid(parent) && parent.traceFlags === 0).to.equal(true);
        expect(propagation.extract({ 'X-B3-Sampled': '0' }, 't').sampling).to.equal('deny');
        const beside = propagation.extract({ b3: '0', 'x-b3-traceid': traceA, 'x-b3-spanid': spanA, 'x-b3-sampled': '1' }, 't');
        expect(beside).to.deep.include({ sampling: 'deny', creationContext: remote(traceA, spanA, 0) });
      });

      it('keeps debug, and distinguishes deferred from denied (2.11, 2.14)', () => {
        expect(propagation.extract({ b3: `${traceA}-${spanA}-d` }, 't').debug).to.equal(true);
        expect(propagation.extract({ b3: `${traceA}-${spanA}` }, 't').sampling).to.equal('defer');
        expect(propagation.extract({ b3: `${traceA}-${spanA}-0` }, 't').sampling).to.equal('deny');
      });
    });
  }

  describe('for several formats', () => {
    const headers = { traceparent: traceparentA, b3: b3B };

    it('decides which format wins, and the other one is a conflict (4.5, B21)', () => {
      register(w3c, new B3Propagator());
      expect(propagation.extract(headers, 't')).to.deep.include({
        creationContext: remote(traceB, spanB),
        conflicts: [remote(traceA, spanA)],
      });
      api.disable();
      register(new B3Propagator(), w3c);
      expect(propagation.extract(headers, 't')).to.deep.include({
        creationContext: remote(traceA, spanA),
        conflicts: [remote(traceB, spanB)],
      });
    });

    it('keeps W3C’s decision where b3 says the same ids without a state', () => {
      register(new B3Propagator(), w3c);
      expect(propagation.extract({ traceparent: traceparentA, b3: `${traceA}-${spanA}` }, 't').sampling).to.equal('inherit');
    });
  });

  it('sees flags of two bits only, and writes none that no one can read (3.5)', () => {
    register(w3c);
    const extraction = propagation.extract({ traceparent: `00-${traceA}-${spanA}-ff` }, 't');
    expect(extraction.creationContext).to.deep.equal(remote(traceA, spanA, 3));
    const wide = trace.setSpanContext(ROOT_CONTEXT, remote(traceA.toUpperCase(), spanA, 0xff));
    expect(propagation.injection(wide, 't').into({})).to.deep.equal({ traceparent: `00-${traceA}-${spanA}-03` });
  });

  it('gets tracestate and baggage joined, and baggage goes by the list, both ways', () => {
    register(w3c, new W3CBaggagePropagator());
    const narrow = kafkaPropagation({ origin: false, baggage: ['tenant'] });
    const extraction = narrow.extract(
      { traceparent: traceparentA, tracestate: ['a=1', 'b=2'], baggage: [Buffer.from('tenant=1'), 'secret=2'] },
      't',
    );
    expect(extraction.creationContext?.traceState?.serialize()).to.equal('a=1,b=2');
    expect(api.getBaggage(extraction.asParent())?.getAllEntries()).to.deep.equal([['tenant', { value: '1' }]]);
    const context = api.setBaggage(on(traceA, spanA), api.createBaggage({ tenant: { value: '1' }, secret: { value: '2' } }));
    expect(narrow.injection(context, 't').into({})).to.deep.equal({ traceparent: traceparentA, baggage: 'tenant=1' });
    const quiet = kafkaPropagation({ origin: false, outbound: 'trace' });
    expect(quiet.injection(context, 't').into({ baggage: 'mine=1' })).to.deep.equal({ traceparent: traceparentA });
  });

  it('of another format reads by name in any case and is replaced where stale', () => {
    const key = createContextKey('test');
    const custom: TextMapPropagator = {
      inject: (_context, carrier, setter) => setter.set(carrier, 'X-Custom', 'new'),
      extract: (context, carrier, getter) =>
        context.setValue(key, [getter.keys(carrier), getter.get(carrier, 'x-custom'), getter.get(carrier, 'missing')]),
      fields: () => ['X-Custom'],
    };
    register(custom);
    const extraction = propagation.extract(
      [
        ['a', '1'],
        ['X-CUSTOM', [Buffer.from('first'), Buffer.from('last'), null]],
      ],
      't',
    );
    for (const context of [extraction.asParent(), extraction.asRoot()])
      expect(context.getValue(key)).to.deep.equal([['a', 'X-CUSTOM'], 'last', undefined]);
    expect(propagation.injection(ROOT_CONTEXT, 't').into({ 'x-custom': 'stale', a: '1' })).to.deep.equal({ a: '1', 'X-Custom': 'new' });
    expect(kafkaPropagation({ outbound: 'none' }).injection(ROOT_CONTEXT, 't').into({ 'x-CUSTOM': 'stale' })).to.deep.equal({});
  });

  it('gives a new trace what it extracted, without the span, and only from a topic that is trusted', () => {
    const key = createContextKey('test');
    register(w3c, {
      inject: () => {},
      extract: (context) => context.setValue(key, 'mine'),
      fields: () => ['x-mine'],
    });
    const root = propagation.extract({ traceparent: traceparentA }, 't').asRoot();
    expect([root.getValue(key), trace.getSpanContext(root)]).to.deep.equal(['mine', undefined]);
    const careful = kafkaPropagation({ trust: () => 'link' }).extract({ traceparent: traceparentA }, 't');
    expect(careful.asRoot().getValue(key)).to.equal(undefined);
  });

  it('that is replaced by another with the same fields is the one that is asked', () => {
    const fake = (context: Context): TextMapPropagator => ({ inject: () => {}, extract: () => context, fields: () => ['traceparent'] });
    for (const [traceId, spanId] of [
      [traceA, spanA],
      [traceB, spanB],
    ] as const) {
      api.disable();
      register(fake(on(traceId, spanId)));
      expect(propagation.creationContext({ traceparent: traceparentA })).to.deep.equal(remote(traceId, spanId));
    }
  });

  it('whose fields are known headers is not asked about messages without one; others are', () => {
    const asked: unknown[] = [];
    const counting = (fields: readonly string[]): TextMapPropagator => ({
      inject: () => {},
      extract: (context) => (asked.push(fields), context),
      fields: () => [...fields],
    });
    for (const fields of [['traceparent', 'BAGGAGE'], ['traceparent', 'x-custom'], []]) {
      api.disable();
      register(counting(fields));
      propagation.creationContext({ a: '1' });
      propagation.extract({ a: '1' }, 't');
    }
    expect(asked).to.deep.equal([['traceparent', 'x-custom'], ['traceparent', 'x-custom'], [], []]);
  });

  it('that throws when asked for its fields stops no message', () => {
    const shy = new W3CTraceContextPropagator();
    shy.fields = () => {
      throw new Error('no');
    };
    register(shy);
    expect(propagation.extract({ traceparent: traceparentA }, 't').creationContext).to.deep.equal(remote(traceA, spanA));
    expect(propagation.injection(on(traceA, spanA), 't').into({ traceparent: 'stale' })).to.deep.equal({ traceparent: traceparentA });
  });

  it('that throws or writes nonsense stops no message', () => {
    const hostile: TextMapPropagator = {
      inject(_context, carrier, setter) {
        setter.set(carrier, 'a', 7 as unknown as string);
        throw new Error('no');
      },
      extract: () => {
        throw new Error('no');
      },
      fields: () => [],
    };
    register(hostile);
    expect(propagation.extract({ traceparent: traceparentA }, 't').creationContext).to.equal(undefined);
    expect(propagation.injection(on(traceA, spanA), 't').into({})).to.deep.equal({});
  });

  for (const nonsense of [undefined, null, 7, {}, [7], [null]]) {
    it(`stops no message when it answers with ${JSON.stringify(nonsense)} to everything`, () => {
      register({
        inject(_context, carrier, setter) {
          setter.set(carrier, nonsense as unknown as string, 'x');
        },
        extract: () => nonsense as unknown as Context,
        fields: () => nonsense as unknown as string[],
      });
      expect(propagation.extract({ traceparent: traceparentA }, 't').creationContext).to.equal(undefined);
      expect(propagation.creationContext({ traceparent: traceparentA })).to.equal(undefined);
      expect(propagation.injection(on(traceA, spanA), 't').into({ a: '1' })).to.deep.equal({ a: '1' });
    });
  }

  it('is not asked about a topic whose headers are ignored, and gives only links from one that is not trusted', () => {
    register(w3c, new W3CBaggagePropagator());
    const careful = kafkaPropagation({ trust: (topic) => (topic === 'dmz' ? 'link' : 'ignore') });
    const extraction = careful.extract({ traceparent: traceparentA, baggage: 'k=v' }, 'dmz');
    expect(extraction.creationContext).to.deep.equal(remote(traceA, spanA, 0));
    expect(api.getBaggage(extraction.asParent())).to.equal(undefined);
    expect(careful.extract({ traceparent: traceparentA }, 'internet').creationContext).to.equal(undefined);
  });
});
