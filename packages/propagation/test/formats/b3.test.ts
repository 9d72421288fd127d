import { ROOT_CONTEXT, type SpanContext, defaultTextMapGetter, defaultTextMapSetter, trace } from '@opentelemetry/api';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { expect } from 'chai';
import fc from 'fast-check';
import { b3multi, formatB3Multi, formatB3Single, parseB3Single } from '../../src/formats/b3.ts';
import type { Carried } from '../../src/formats/header-format.ts';
import { TraceHeaders } from '../../src/headers/trace-headers.ts';
import { damaged, hexId, remote, spanA, spanB, spanContext, spanId, traceA, traceId } from '../trace-context.ts';

const official = new B3Propagator();
const officialMulti = new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER });
// The grammar of the B3 specification as one expression: the parser by character codes has to accept exactly this.
const grammar = /^(?:([0-9a-f]{32}|[0-9a-f]{16})-([0-9a-f]{16})(?:-[01d])?(?:-([0-9a-f]{16}))?|[01d])$/;

function officialParse(b3: string): SpanContext | undefined {
  return trace.getSpanContext(official.extract(ROOT_CONTEXT, { b3 }, defaultTextMapGetter));
}

const texts = fc
  .tuple(
    fc.oneof(traceId, hexId(16)),
    spanId,
    fc.constantFrom('', '-0', '-1', '-d', '-2', '-'),
    fc.oneof(
      fc.constant(''),
      spanId.map((id) => `-${id}`),
    ),
  )
  .map((parts) => `${parts[0]}-${parts[1]}${parts[2]}${parts[3]}`);

describe('b3, single header', () => {
  it('reads back what it writes, in every state', () => {
    fc.assert(
      fc.property(spanContext, fc.boolean(), (context, debug) => {
        const carried = parseB3Single(formatB3Single(context, debug ? 'debug' : 'flag'));
        const traceFlags = debug ? 1 : context.traceFlags & 1;
        expect(carried).to.deep.equal({ context: { ...context, traceFlags }, sampling: traceFlags === 1 ? 'inherit' : 'deny', debug });
      }),
    );
  });

  it('agrees with OpenTelemetry on every text that both accept, and accepts the grammar of the specification exactly', () => {
    fc.assert(
      fc.property(damaged(texts), (text) => {
        const ours = parseB3Single(text);
        const theirs = officialParse(text);
        if (ours?.context !== undefined && theirs !== undefined) expect(ours.context).to.deep.equal(theirs);
        const match = grammar.exec(text);
        const zero = [match?.[1], match?.[2], match?.[3]].some((id) => id !== undefined && /^0+$/.test(id));
        expect(ours !== undefined, text).to.equal(match !== null && !zero);
      }),
      { numRuns: 5000 },
    );
  });

  for (const text of [`zzz${traceA}-${spanA}-1zzz`, `${traceA}${traceA}-${spanA}-1`, `${traceA}-${spanA}-x`, `${traceA}-${spanA}-`]) {
    it(`refuses "${text}", in which OpenTelemetry finds a context (2.12)`, () => {
      expect(parseB3Single(text)).to.equal(undefined);
      expect(officialParse(text)).to.not.equal(undefined);
    });
  }

  it('keeps a state that stands alone, which OpenTelemetry loses (2.2, 2.10)', () => {
    expect(parseB3Single('0')).to.deep.equal({ context: undefined, sampling: 'deny', debug: false });
    expect(parseB3Single('1')).to.deep.equal({ context: undefined, sampling: 'inherit', debug: false });
    expect(parseB3Single('d')).to.deep.equal({ context: undefined, sampling: 'inherit', debug: true });
    expect(officialParse('0')).to.equal(undefined);
  });

  it('reads ids without a state as deferred (2.11)', () => {
    expect(parseB3Single(`${traceA}-${spanA}`)).to.deep.equal({ context: remote(traceA, spanA, 0), sampling: 'defer', debug: false });
    expect(parseB3Single(`${traceA}-${spanA}-${spanB}`)?.sampling).to.equal('defer');
  });

  it('pads a trace id of 64 bits and drops the parent id', () => {
    const carried = parseB3Single(`a3ce929d0e0e4736-${spanA}-1-${spanB}`);
    expect(carried?.context).to.deep.equal(remote('0000000000000000a3ce929d0e0e4736', spanA));
  });

  it('refuses zeros and capital digits', () => {
    expect(parseB3Single(`${'0'.repeat(32)}-${spanA}-1`)).to.equal(undefined);
    expect(parseB3Single(`${traceA}-${'0'.repeat(16)}-1`)).to.equal(undefined);
    expect(parseB3Single(`${traceA.toUpperCase()}-${spanA}-1`)).to.equal(undefined);
  });
});

function read(headers: Record<string, string>): Carried | undefined {
  return b3multi.extract(new TraceHeaders(headers));
}

describe('b3, multiple headers', () => {
  it('reads back what it writes, in both spellings and every state', () => {
    fc.assert(
      fc.property(spanContext, fc.boolean(), fc.constantFrom('specification', 'lower'), (context, debug, names) => {
        const traceFlags = debug ? 1 : context.traceFlags & 1;
        const carried = read(Object.fromEntries(formatB3Multi(context, debug ? 'debug' : 'flag', names)));
        expect(carried).to.deep.equal({ context: { ...context, traceFlags }, sampling: traceFlags === 1 ? 'inherit' : 'deny', debug });
      }),
    );
  });

  it('writes what OpenTelemetry writes, in lower case', () => {
    fc.assert(
      fc.property(spanContext, (context) => {
        const carrier = {};
        officialMulti.inject(trace.setSpanContext(ROOT_CONTEXT, context), carrier, defaultTextMapSetter);
        expect(Object.fromEntries(formatB3Multi(context, 'flag', 'lower'))).to.deep.equal(carrier);
      }),
    );
  });

  it('agrees with OpenTelemetry on all headers that both accept', () => {
    const headers = fc.record(
      {
        'x-b3-traceid': damaged(fc.oneof(traceId, hexId(16))),
        'x-b3-spanid': damaged(spanId),
        'x-b3-sampled': fc.constantFrom('0', '1', 'true', 'false', 'True', 'False', '', 'yes'),
        'x-b3-flags': fc.constantFrom('0', '1', '2', ''),
        'x-b3-parentspanid': spanId,
      },
      { requiredKeys: ['x-b3-traceid', 'x-b3-spanid'] },
    );
    fc.assert(
      fc.property(headers, (carrier) => {
        const ours = read(carrier)?.context;
        const theirs = trace.getSpanContext(officialMulti.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter));
        if (ours !== undefined && theirs !== undefined) expect(ours).to.deep.equal(theirs);
      }),
      { numRuns: 5000 },
    );
  });

  it('refuses capital ids, which OpenTelemetry accepts and would send on in a broken traceparent (2.12)', () => {
    const carrier = { 'x-b3-traceid': traceA.toUpperCase(), 'x-b3-spanid': spanA, 'x-b3-sampled': '1' };
    expect(read(carrier)?.context).to.equal(undefined);
    expect(trace.getSpanContext(officialMulti.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter))).to.not.equal(undefined);
  });

  it('treats an invalid state as none, where OpenTelemetry drops the ids too (2.13)', () => {
    const carrier = { 'x-b3-traceid': traceA, 'x-b3-spanid': spanA, 'x-b3-sampled': 'yes' };
    expect(read(carrier)).to.deep.equal({ context: remote(traceA, spanA, 0), sampling: 'defer', debug: false });
    expect(trace.getSpanContext(officialMulti.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter))).to.equal(undefined);
  });

  it('keeps a denial without ids (2.10)', () => {
    expect(read({ 'X-B3-Sampled': '0' })).to.deep.equal({ context: undefined, sampling: 'deny', debug: false });
  });

  it('reads one id alone as none', () => {
    expect(read({ 'X-B3-TraceId': traceA })).to.equal(undefined);
    expect(read({ 'X-B3-SpanId': spanA, 'X-B3-Flags': '1' })).to.deep.equal({ context: undefined, sampling: 'inherit', debug: true });
  });

  it('sends debug instead of sampled, and never the parent id (2.3, 2.6)', () => {
    const names = formatB3Multi(remote(traceA, spanA), 'debug', 'specification').map(([name]) => name);
    expect(names).to.deep.equal(['X-B3-TraceId', 'X-B3-SpanId', 'X-B3-Flags']);
  });
});
