import { type Context, ROOT_CONTEXT, type TextMapPropagator, createContextKey, propagation as api, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator, suppressTracing } from '@opentelemetry/core';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { expect } from 'chai';
import fc from 'fast-check';
import { type KafkaPropagationOptions, kafkaPropagation } from '../../src/index.ts';
import { lazyTraceState } from '../../src/formats/trace-state.ts';
import { standardPropagator } from '../../src/global/standard-propagator.ts';
import { spanA, spanB, traceA, traceB } from '../trace-context.ts';

/** The same propagator, which is asked for every message as it is not OpenTelemetry's own object. */
function around(propagator: TextMapPropagator): TextMapPropagator {
  return {
    inject: (...args) => propagator.inject(...args),
    extract: (...args) => propagator.extract(...args),
    fields: () => propagator.fields(),
  };
}

const span = fc.record({
  traceId: fc.constantFrom(traceA, traceB, traceA.toUpperCase(), '0'.repeat(32)),
  spanId: fc.constantFrom(spanA, spanB, '0'.repeat(16)),
  traceFlags: fc.constantFrom(0, 1, 3, 0xff),
  state: fc.constantFrom(undefined, undefined, 'a=1', 'broken'),
});
const received = fc.constantFrom(
  undefined,
  { b3: Buffer.from(`${traceA}-${spanB}-d`) },
  { b3: Buffer.from(`${traceA}-${spanB}-1`), 'tracelink-origin': Buffer.from(`00-${traceB}-${spanB}-01`) },
  { traceparent: Buffer.from(`00-${traceA}-${spanB}-01`), baggage: Buffer.from('tenant=a') },
);
const context = fc
  .record({
    span: fc.option(span),
    received,
    baggage: fc.constantFrom(undefined, { tenant: { value: 'b' }, secret: { value: 'c' } }),
    debug: fc.constantFrom(undefined, undefined, 'd', '1', '0'),
    isSuppressed: fc.constantFrom(false, false, false, true),
  })
  .map((made): ((of: KafkaPropagationOptions) => Context) => (of) => {
    let base = made.received === undefined ? ROOT_CONTEXT : kafkaPropagation(of).extract(made.received, 't').asParent();
    if (made.baggage !== undefined) base = api.setBaggage(base, api.createBaggage(made.baggage));
    if (made.debug !== undefined) base = base.setValue(createContextKey('OpenTelemetry Context Key B3 Debug Flag'), made.debug);
    if (made.isSuppressed) base = suppressTracing(base);
    if (made.span === null) return base;
    const { state, ...ids } = made.span;
    return trace.setSpanContext(base, state === undefined ? ids : { ...ids, traceState: lazyTraceState(state) });
  });
const options = fc.record({
  outbound: fc.constantFrom('trace' as const, 'trace+baggage' as const, 'none' as const),
  baggage: fc.constantFrom(['tenant'], ['*none*']),
  origin: fc.boolean(),
});
const headers = fc.constantFrom(undefined, { b3: 'stale', a: '1' }, { TraceParent: 'stale', baggage: 'of=caller' }, [
  { 'tracelink-origin': 'stale' },
  { a: '1' },
]);

const [b3, w3c, baggage] = [new B3Propagator(), new W3CTraceContextPropagator(), new W3CBaggagePropagator()];
const propagators: Readonly<Record<string, TextMapPropagator>> = {
  B3: b3,
  'B3 in several headers': new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
  W3C: w3c,
  'W3C, baggage': new CompositePropagator({ propagators: [w3c, baggage] }),
  'baggage alone': new CompositePropagator({ propagators: [baggage] }),
  'B3, W3C, baggage, B3 again': new CompositePropagator({ propagators: [b3, w3c, baggage, b3] }),
};

describe('plain injection', () => {
  afterEach(() => api.disable());

  for (const [name, propagator] of Object.entries(propagators)) {
    it(`writes what the global propagator writes: ${name}`, () => {
      fc.assert(
        fc.property(context, options, headers, fc.constantFrom(undefined, 'link' as const), (contextOf, of, before, relation) => {
          const written = [propagator, around(propagator)].map((registered) => {
            api.disable();
            api.setGlobalPropagator(registered);
            const result = kafkaPropagation(of).injection(contextOf(of), 't', relation).into(before);
            // The milliseconds at which a second hop began pass while the first result is made.
            return JSON.stringify(result, undefined, 1).replaceAll(/since=\d+/g, 'since=');
          });
          expect(written[0]).to.equal(written[1]);
        }),
        { numRuns: 500 },
      );
    });
  }

  it('is that of OpenTelemetry’s own propagators alone', () => {
    for (const [name, propagator] of Object.entries(propagators)) {
      api.disable();
      api.setGlobalPropagator(propagator);
      expect(standardPropagator() === undefined, name).to.equal(name === 'B3 in several headers');
      api.disable();
      api.setGlobalPropagator(around(propagator));
      expect(standardPropagator(), name).to.equal(undefined);
    }
  });
});
