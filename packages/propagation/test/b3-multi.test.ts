import { ROOT_CONTEXT, defaultTextMapGetter, defaultTextMapSetter, trace } from '@opentelemetry/api';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { expect } from 'chai';
import fc from 'fast-check';
import { formatB3Multi } from '../src/formats/b3-multi.ts';
import type { Carried } from '../src/formats/header-format.ts';
import { readFormat } from '../src/formats/read-format.ts';
import { TraceHeaders } from '../src/headers/trace-headers.ts';
import { damaged, hexId, remote, spanA, spanContext, spanId, traceA, traceId } from './trace-context.ts';

const official = new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER });

function read(headers: Record<string, string>): Carried | undefined {
  return readFormat('b3multi', new TraceHeaders(headers));
}

describe('b3, multiple headers', () => {
  it('reads back what it writes, in both spellings and every state', () => {
    fc.assert(
      fc.property(spanContext, fc.boolean(), fc.constantFrom('specification', 'lower'), (context, debug, names) => {
        const traceFlags = debug ? 1 : context.traceFlags & 1;
        const carried = read(Object.fromEntries(formatB3Multi(context, debug, names)));
        expect(carried).to.deep.equal({ context: { ...context, traceFlags }, sampling: traceFlags === 1 ? 'inherit' : 'deny', debug });
      }),
    );
  });

  it('writes what OpenTelemetry writes, in lower case', () => {
    fc.assert(
      fc.property(spanContext, (context) => {
        const carrier = {};
        official.inject(trace.setSpanContext(ROOT_CONTEXT, context), carrier, defaultTextMapSetter);
        expect(Object.fromEntries(formatB3Multi(context, false, 'lower'))).to.deep.equal(carrier);
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
        const theirs = trace.getSpanContext(official.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter));
        if (ours !== undefined && theirs !== undefined) expect(ours).to.deep.equal(theirs);
      }),
      { numRuns: 5000 },
    );
  });

  it('refuses capital ids, which OpenTelemetry accepts and would send on in a broken traceparent (2.12)', () => {
    const carrier = { 'x-b3-traceid': traceA.toUpperCase(), 'x-b3-spanid': spanA, 'x-b3-sampled': '1' };
    expect(read(carrier)?.context).to.equal(undefined);
    expect(trace.getSpanContext(official.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter))).to.not.equal(undefined);
  });

  it('takes a state that makes no sense for none, where OpenTelemetry drops the ids too (2.13)', () => {
    const carrier = { 'x-b3-traceid': traceA, 'x-b3-spanid': spanA, 'x-b3-sampled': 'yes' };
    expect(read(carrier)).to.deep.equal({ context: remote(traceA, spanA, 0), sampling: 'defer', debug: false });
    expect(trace.getSpanContext(official.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter))).to.equal(undefined);
  });

  it('keeps a denial without ids (2.10)', () => {
    expect(read({ 'X-B3-Sampled': '0' })).to.deep.equal({ context: undefined, sampling: 'deny', debug: false });
  });

  it('reads one id alone as none', () => {
    expect(read({ 'X-B3-TraceId': traceA })).to.equal(undefined);
    expect(read({ 'X-B3-SpanId': spanA, 'X-B3-Flags': '1' })).to.deep.equal({ context: undefined, sampling: 'inherit', debug: true });
  });

  it('sends debug instead of sampled, and never the parent id (2.3, 2.6)', () => {
    const names = formatB3Multi(remote(traceA, spanA), true, 'specification').map(([name]) => name);
    expect(names).to.deep.equal(['X-B3-TraceId', 'X-B3-SpanId', 'X-B3-Flags']);
  });
});
