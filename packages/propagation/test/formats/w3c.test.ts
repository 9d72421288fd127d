import { ROOT_CONTEXT, type SpanContext, defaultTextMapGetter, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { formatTraceparent, parseTraceparent } from '../../src/formats/w3c.ts';
import { damaged, remote, spanA, spanContext, traceA } from '../trace-context.ts';

const official = new W3CTraceContextPropagator();

function officialParse(traceparent: string): SpanContext | undefined {
  return trace.getSpanContext(official.extract(ROOT_CONTEXT, { traceparent }, defaultTextMapGetter));
}

describe('traceparent', () => {
  const valid = `00-${traceA}-${spanA}-01`;

  it('reads back what it writes', () => {
    fc.assert(fc.property(spanContext, (context) => void expect(parseTraceparent(formatTraceparent(context))).to.deep.equal(context)));
  });

  it('writes what OpenTelemetry writes', () => {
    fc.assert(
      fc.property(spanContext, (context) => {
        const carrier: Record<string, string> = {};
        official.inject(trace.setSpanContext(ROOT_CONTEXT, context), carrier, { set: (into, key, value) => (into[key] = value) });
        expect(formatTraceparent(context)).to.equal(carrier['traceparent']);
      }),
    );
  });

  it('agrees with OpenTelemetry on every text that both accept, but for the flags that must not travel (3.2)', () => {
    const versions = fc.constantFrom('00', '01', 'cc', 'fe', 'ff', '0');
    const tails = fc.constantFrom('', '-', '-more', 'x', '-\n');
    const flags = fc.constantFrom('00', '01', '02', '03', '04', 'ff', 'a1');
    const texts = fc
      .tuple(versions, spanContext, flags, tails)
      .map(([version, { traceId, spanId }, flag, tail]) => `${version}-${traceId}-${spanId}-${flag}${tail}`);
    fc.assert(
      fc.property(damaged(texts), (text) => {
        const ours = parseTraceparent(text);
        const theirs = officialParse(text);
        if (ours !== undefined && theirs !== undefined) expect(ours).to.deep.equal({ ...theirs, traceFlags: theirs.traceFlags & 3 });
        // Nothing is accepted here that OpenTelemetry refuses, but a line feed in the unknown part of a later version.
        if (ours !== undefined && !text.includes('\n') && !/[\r\u2028\u2029]/.test(text)) expect(theirs, text).to.not.equal(undefined);
      }),
      { numRuns: 5000 },
    );
  });

  for (const [what, text] of [
    ['white space around it', ` ${valid}`],
    ['a line feed after it', `${valid}\n`],
  ] as const) {
    it(`refuses ${what}, which OpenTelemetry accepts (3.4)`, () => {
      expect(parseTraceparent(text)).to.equal(undefined);
      expect(officialParse(text)).to.not.equal(undefined);
    });
  }

  for (const [what, text] of [
    ['version ff', valid.replace('00-', 'ff-')],
    ['version 00 with more data', `${valid}-more`],
    ['capital digits', `00-${traceA.toUpperCase()}-${spanA}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${spanA}-01`],
    ['a span id of zeros', `00-${traceA}-${'0'.repeat(16)}-01`],
    ['a later version glued to more data', valid.replace('00-', 'cc-') + 'more'],
    ['three digits of flags', `00-${traceA}-${spanA}-0ff`],
    ['nothing', ''],
  ] as const) {
    it(`refuses ${what} (3.1)`, () => expect(parseTraceparent(text)).to.equal(undefined));
  }

  it('reads a later version by its first 55 characters (3.1)', () => {
    expect(parseTraceparent(`cc-${traceA}-${spanA}-01-what-the-future-holds`)).to.deep.equal(remote(traceA, spanA));
  });

  it('reads only two bits of the flags, and keeps random-trace-id (3.2, 3.5, 10.6)', () => {
    for (let flags = 0; flags < 256; flags++) {
      const text = `00-${traceA}-${spanA}-${flags.toString(16).padStart(2, '0')}`;
      expect(parseTraceparent(text)?.traceFlags).to.equal(flags & 3);
    }
  });

  it('writes two digits of flags whatever number a context holds (3.5)', () => {
    expect(formatTraceparent(remote(traceA, spanA, 0xff))).to.equal(`00-${traceA}-${spanA}-03`);
  });
});
