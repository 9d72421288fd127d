import { type Context, ROOT_CONTEXT, type TextMapPropagator, createContextKey, propagation as api, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator, suppressTracing } from '@opentelemetry/core';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { expect } from 'chai';
import fc from 'fast-check';
import { type KafkaPropagationOptions, kafkaPropagation } from '../../src/index.ts';
import { lazyTraceState } from '../../src/formats/trace-state.ts';
import { standardPropagator } from '../../src/global/standard-propagator.ts';
import { injectedHeaders } from '../../src/inject/injected-headers.ts';
import { injectionOf } from '../../src/inject/injection.ts';
import { settingsOf } from '../../src/propagation/options.ts';
import { spanA, spanB, traceA, traceB } from '../trace-context.ts';

/** The same propagator, which is asked for every message as it is not OpenTelemetry's own object. */
function around(propagator: TextMapPropagator): TextMapPropagator {
  return {
    inject: (...args) => propagator.inject(...args),
    extract: (...args) => propagator.extract(...args),
    fields: () => propagator.fields(),
  };
}

/** Mostly the first: what is unusual in one respect is mostly usual in all others. */
function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 3 * others.length, arbitrary: fc.constant(usual) },
    { weight: others.length, arbitrary: fc.constantFrom(...others) },
  );
}

const span = fc.record({
  traceId: mostly(traceA, traceB, traceA.toUpperCase(), '0'.repeat(32)),
  spanId: mostly(spanA, spanB, '0'.repeat(16)),
  traceFlags: mostly(1, 0, 3, 0xff),
  state: mostly<string | undefined>(undefined, 'a=1', 'broken'),
});
const received = mostly<object | undefined>(
  undefined,
  { b3: Buffer.from(`${traceA}-${spanB}-d`) },
  { b3: Buffer.from(`${traceA}-${spanB}-1`), 'tracelink-origin': Buffer.from(`00-${traceB}-${spanB}-01`) },
  { traceparent: Buffer.from(`00-${traceA}-${spanB}-01`), baggage: Buffer.from('tenant=a') },
);
const context = fc
  .record({
    span: fc.option(span),
    received,
    baggage: mostly<Record<string, { value: string }> | undefined>(undefined, { tenant: { value: 'b' }, secret: { value: 'c' } }),
    debug: mostly<string | undefined>(undefined, 'd', '1', '0'),
    isSuppressed: mostly(false, true),
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
  outbound: mostly<'trace' | 'trace+baggage' | 'none'>('trace+baggage', 'trace', 'none'),
  baggage: fc.constantFrom(['tenant'], ['*none*']),
  origin: mostly<boolean | 'forwarded'>(true, false, 'forwarded'),
});
const headers = mostly<object | undefined>(
  undefined,
  { b3: 'stale', a: '1' },
  { a: '1', 'content-type': Buffer.from('text/plain'), none: undefined },
  JSON.parse('{"a":"1","__proto__":"2"}') as object,
  Object.assign(Object.create(null) as object, { a: '1' }),
  { TraceParent: 'stale', baggage: 'of=caller' },
  { baggage: 'of=caller,tenant=c,sentry-release=1' },
  [{ 'tracelink-origin': 'stale' }, { a: '1' }],
);
const relations = mostly<'link' | undefined>(undefined, 'link');

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
        fc.property(context, options, headers, relations, (contextOf, of, before, relation) => {
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

  it('writes what the general path writes in formats that the options name', () => {
    const formats = fc.constantFrom<KafkaPropagationOptions>(
      { inject: ['b3'] },
      { inject: ['w3c'] },
      { inject: ['b3multi'] },
      { inject: ['b3', 'w3c'] },
    );
    fc.assert(
      fc.property(formats, context, options, headers, relations, (named, contextOf, others, before, relation) => {
        const of = { ...named, ...others };
        const propagation = kafkaPropagation(of);
        const made = contextOf(of);
        const general = injectionOf(injectedHeaders(made, 't', relation, settingsOf(of).inject));
        const [fast, slow] = [propagation.injection(made, 't', relation), general].map((injection) =>
          JSON.stringify(injection.into(before), undefined, 1).replaceAll(/since=\d+/g, 'since='),
        );
        expect(fast).to.equal(slow);
      }),
      { numRuns: 1_000 },
    );
  });

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
