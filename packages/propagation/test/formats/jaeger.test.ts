import { ROOT_CONTEXT, type SpanContext, defaultTextMapGetter, defaultTextMapSetter, propagation, trace } from '@opentelemetry/api';
import { JaegerPropagator } from '@opentelemetry/propagator-jaeger';
import { expect } from 'chai';
import fc from 'fast-check';
import { kafkaPropagation } from '../../src/index.ts';
import { formatJaeger, parseJaeger } from '../../src/formats/jaeger.ts';
import { type HeaderFamily, familyOf } from '../../src/headers/header-field.ts';
import { TraceHeaders } from '../../src/headers/trace-headers.ts';
import { damaged, hexId, remote, spanA, spanContext, spanId, traceA, traceId } from '../trace-context.ts';

const official = new JaegerPropagator();

function officialParse(value: string): SpanContext | undefined {
  return trace.getSpanContext(official.extract(ROOT_CONTEXT, { 'uber-trace-id': value }, defaultTextMapGetter));
}

describe('uber-trace-id', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(spanContext, fc.boolean(), (context, debug) => {
        const traceFlags = debug ? 1 : context.traceFlags & 1;
        expect(parseJaeger(formatJaeger(context, debug ? 'debug' : 'flag'))).to.deep.equal({
          context: { ...context, traceFlags },
          sampling: 'inherit',
          debug,
        });
      }),
    );
  });

  it('writes what OpenTelemetry reads as the same context', () => {
    fc.assert(
      fc.property(spanContext, (context) => {
        expect(officialParse(formatJaeger(context, 'flag'))).to.deep.equal({ ...context, traceFlags: context.traceFlags & 1 });
      }),
    );
  });

  it('reads what OpenTelemetry writes', () => {
    fc.assert(
      fc.property(spanContext, (context) => {
        const carrier: Record<string, string> = {};
        official.inject(
          trace.setSpanContext(ROOT_CONTEXT, { ...context, traceFlags: context.traceFlags & 1 }),
          carrier,
          defaultTextMapSetter,
        );
        expect(parseJaeger(carrier['uber-trace-id'] ?? '')?.context).to.deep.equal({ ...context, traceFlags: context.traceFlags & 1 });
      }),
    );
  });

  it('agrees with OpenTelemetry on every text that both accept, but that debug means sampled', () => {
    const ids = fc.oneof(traceId, hexId(16), hexId(3));
    const texts = fc
      .tuple(
        ids,
        fc.oneof(spanId, hexId(5)),
        fc.constantFrom('0', spanA),
        fc.constantFrom('0', '1', '01', '2', '3', '0f', 'zz', ''),
        fc.constantFrom(':', '%3A', '%3a'),
      )
      .map(([trace, span, parent, flags, colon]) => [trace, span, parent, flags].join(colon));
    fc.assert(
      fc.property(damaged(texts), (text) => {
        const ours = parseJaeger(text);
        const theirs = officialParse(text);
        if (ours === undefined || theirs === undefined) return;
        expect(ours.context).to.deep.equal(ours.debug ? { ...theirs, traceFlags: 1 } : theirs);
      }),
      { numRuns: 5000 },
    );
  });

  for (const text of [`nothex:${spanA}:0:1`, `${traceA}:${spanA}:0:zz`, `${traceA}f:${spanA}:0:1`, `0:${spanA}:0:1`, `${traceA}:0:0:1`]) {
    it(`refuses "${text}", which OpenTelemetry takes for a context (4.9)`, () => {
      expect(parseJaeger(text)).to.equal(undefined);
      expect(officialParse(text)).to.not.equal(undefined);
    });
  }

  it('reads short ids, %3A, and flags 3 as debug (4.9)', () => {
    expect(parseJaeger('a3:b7%3A0%3a3')).to.deep.equal({
      context: remote('a3'.padStart(32, '0'), 'b7'.padStart(16, '0')),
      sampling: 'inherit',
      debug: true,
    });
  });

  it('writes debug, which OpenTelemetry loses (4.9)', () =>
    expect(formatJaeger(remote(traceA, spanA), 'debug')).to.equal(`${traceA}:${spanA}:0:3`));
});

describe('uberctx-*', () => {
  const jaeger = kafkaPropagation({ inject: ['jaeger'], baggage: ['k'] });
  const written = (value: string): Record<string, string> =>
    jaeger.injection(propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ k: { value } })), 't').into({});

  it('has the value as it is, since OpenTelemetry Java decodes nothing, but for % and control characters', () => {
    for (const value of ['acme café', ' a, b; c=d ', '{"a":"(b)"}', '東京']) expect(written(value)).to.include({ 'uberctx-k': value });
    expect(written('100%\r\n')).to.include({ 'uberctx-k': '100%25%0D%0A' });
  });

  it('is written within the limits within which it is read, the rest left out whole', () => {
    const all = kafkaPropagation({ inject: ['jaeger'], origin: false });
    const inject = (members: Readonly<Record<string, string>>): Record<string, string> => {
      const baggage = Object.fromEntries(Object.entries(members).map(([key, value]) => [key, { value }]));
      const context = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(baggage));
      const own = Object.entries<string>(all.injection(context, 't').into({})).filter(([name]) => name.startsWith('uberctx-'));
      expect(all.extract(Object.fromEntries(own), 't').baggage?.getAllEntries()).to.have.length(own.length);
      return Object.fromEntries(own);
    };
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, 'v']));
    expect(Object.keys(inject(many))).to.deep.equal(Array.from({ length: 64 }, (_, index) => `uberctx-k${index}`));
    const long = { one: 'é'.repeat(2_048), two: 'x'.repeat(4_096), three: 'é'.repeat(2_049), four: 'x'.repeat(2_500), five: 'last' };
    expect(Object.keys(inject(long))).to.deep.equal(['uberctx-one', 'uberctx-two', 'uberctx-five']);
  });

  it('is read by the last value that can be read where it repeats, and in exact spelling before others', () => {
    const read = (headers: unknown) => jaeger.extract(headers, 't').baggage?.getEntry('k')?.value;
    const unreadable = Buffer.from([0xff]);
    expect(read({ 'uberctx-k': ['first', 'acme', unreadable] })).to.equal('acme');
    expect(read({ 'uberctx-k': [Buffer.from('acme'), ...Array<null>(16).fill(null)] }), 'of the last 16').to.equal(undefined);
    expect(
      read([
        ['uberctx-k', 'acme'],
        ['uberctx-k', null],
      ]),
    ).to.equal('acme');
    expect(read({ 'uberctx-k': 'acme', 'Uberctx-k': 'other' })).to.equal('acme');
    expect(read({ 'uberctx-k': unreadable, 'Uberctx-k': 'other' })).to.equal('other');
  });

  it('is kept of each repeat when the client’s memory is let go', () => {
    const bytes = Buffer.from('acme');
    const headers = new TraceHeaders({ 'uberctx-k': [bytes, Buffer.from([0xff])] });
    headers.detach();
    bytes.fill(0);
    expect([...headers.members(familyOf('uberctx-k') as HeaderFamily)]).to.deep.equal([['k', 'acme']]);
  });

  it('is read back as it was, here and by OpenTelemetry’s propagator', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (value) => {
        const headers: Record<string, string> = { 'uber-trace-id': `${traceA}:${spanA}:0:1`, ...written(value) };
        const expected = value.toWellFormed();
        expect(jaeger.extract({ 'uberctx-k': Buffer.from(headers['uberctx-k'] ?? '') }, 't').baggage?.getEntry('k')?.value).to.equal(
          expected,
        );
        const theirs = official.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
        expect(propagation.getBaggage(theirs)?.getEntry('k')?.value).to.equal(expected);
      }),
    );
  });
});
