import { ROOT_CONTEXT, propagation as api, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { kafkaPropagation } from '../../src/index.ts';
import { remote, spanA, spanB, traceA, traceB } from '../trace-context.ts';

const everything = kafkaPropagation({ extract: ['w3c', 'b3', 'jaeger', 'sw8'] });
const shortTrace = 'a3ce929d0e0e4736';
const padded = `0000000000000000${shortTrace}`;

/** Header sets as these tracers write them, found by running them against a broker. */
const written: readonly (readonly [tracer: string, headers: Record<string, string>, traceId: string, sampling: string, flags: number])[] = [
  ['Brave, 64-bit ids by default', { b3: `${shortTrace}-${spanA}-1` }, padded, 'inherit', 1],
  ['Brave, not sampled', { b3: `${shortTrace}-${spanA}-0` }, padded, 'deny', 0],
  [
    'Brave, multiple headers',
    { 'X-B3-TraceId': shortTrace, 'X-B3-SpanId': spanA, 'X-B3-ParentSpanId': spanB, 'X-B3-Sampled': '1' },
    padded,
    'inherit',
    1,
  ],
  ['OpenTelemetry Java, B3 multi', { 'X-B3-TraceId': traceA, 'X-B3-SpanId': spanA, 'X-B3-Sampled': '1' }, traceA, 'inherit', 1],
  ['OpenTelemetry Go and Python, B3 multi', { 'x-b3-traceid': traceA, 'x-b3-spanid': spanA, 'x-b3-sampled': '0' }, traceA, 'deny', 0],
  ['OpenTelemetry Java and Python, W3C sampled', { traceparent: `00-${traceA}-${spanA}-03` }, traceA, 'inherit', 3],
  ['OpenTelemetry Java and Python, W3C not sampled', { traceparent: `00-${traceA}-${spanA}-02` }, traceA, 'inherit', 2],
  ['OpenTelemetry Go, W3C', { traceparent: `00-${traceA}-${spanA}-01` }, traceA, 'inherit', 1],
  ['OpenTelemetry Java, Jaeger', { 'uber-trace-id': `${traceA}:${spanA}:0:1` }, traceA, 'inherit', 1],
  ['OpenTelemetry Go, Jaeger with flags 3', { 'uber-trace-id': `${traceA}:${spanA}:0:3` }, traceA, 'inherit', 1],
  ['Jaeger clients, short and percent-encoded', { 'uber-trace-id': `${shortTrace}%3A${spanA}%3A0%3A1` }, padded, 'inherit', 1],
  ['a tracer without a decision', { b3: `${traceA}-${spanA}` }, traceA, 'defer', 0],
  ['an old tracer with words', { 'X-B3-TraceId': traceA, 'X-B3-SpanId': spanA, 'X-B3-Sampled': 'true' }, traceA, 'inherit', 1],
  ['a debugged request', { b3: `${traceA}-${spanA}-d` }, traceA, 'inherit', 1],
  ['a later W3C version', { traceparent: `cc-${traceA}-${spanA}-01-more` }, traceA, 'inherit', 1],
  ['b3 broken, X-B3-* good', { b3: 'broken', 'X-B3-TraceId': traceA, 'X-B3-SpanId': spanA, 'X-B3-Sampled': '1' }, traceA, 'inherit', 1],
  ['names in capitals', { TRACEPARENT: `00-${traceA}-${spanA}-01` }, traceA, 'inherit', 1],
];

describe('headers of other tracers', () => {
  for (const [tracer, headers, traceId, sampling, flags] of written) {
    it(`are read: ${tracer}`, () => {
      const inBytes = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)]));
      const extraction = everything.extract(inBytes, 't');
      expect(extraction.creationContext).to.deep.equal(remote(traceId, spanA, flags));
      expect(extraction).to.deep.include({ sampling, conflicts: [] });
    });
  }

  it('are rejected when they have capital digits', () => {
    expect(everything.extract({ b3: `${traceA.toUpperCase()}-${spanA}-1` }, 't').creationContext).to.equal(undefined);
  });

  it('appended by OpenTelemetry Python’s producers are read by the last, which is the fresh one', () => {
    const list = [
      ['traceparent', Buffer.from(`00-${traceA}-${spanA}-01`)],
      ['traceparent', Buffer.from(`00-${traceB}-${spanB}-03`)],
    ];
    expect(everything.extract(list, 't').creationContext).to.deep.equal(remote(traceB, spanB, 3));
    expect(
      kafkaPropagation({ inject: ['w3c'], origin: false })
        .injection(trace.setSpanContext(ROOT_CONTEXT, remote(traceA, spanB)), 't')
        .into(list),
    ).to.deep.equal([['traceparent', `00-${traceA}-${spanB}-01`]]);
  });

  it('of baggage from Java, Go and Python are read alike, but for Python’s +', () => {
    for (const [text, value] of [
      ['acme%20caf%C3%A9', 'acme café'],
      ['acme+caf%C3%A9', 'acme+café'],
    ] as const) {
      expect(everything.extract({ baggage: `k=${text}` }, 't').baggage?.getEntry('k')?.value).to.equal(value);
    }
    expect(everything.extract({ 'uberctx-k': Buffer.from('acme café') }, 't').baggage?.getEntry('k')?.value).to.equal('acme café');
  });

  it('of SkyWalking’s Python agent are read, sampled or not', () => {
    const sampled = everything.extract({ 'sw8-correlation': '', sw8: '1-YWJj-ZGVm-0-c3Zj-aW5z-ZW5k-cGVlcg==' }, 't');
    expect(sampled.attributes).to.include({ 'tracelink.sw8.trace_id': 'abc', 'tracelink.sw8.peer': 'peer' });
    expect(everything.extract({ 'sw8-correlation': '', sw8: '1-------' }, 't').attributes).to.deep.equal({});
  });

  it('that crash Python consumers, because they are not UTF-8, are never written', () => {
    const context = api.setBaggage(ROOT_CONTEXT, api.createBaggage({ k: { value: '\uD800 é\n' } }));
    const { baggage } = kafkaPropagation({ inject: ['w3c'] })
      .injection(context, 't')
      .into({ baggage: '' });
    expect(baggage).to.match(/^[\x21-\x7e]+$/);
  });

  it('get exactly one value a name from us, so that readers of the first and of the last agree (interop 2)', () => {
    const headers = { traceparent: ['stale', 'staler'], Traceparent: 'stale', b3: 'stale' };
    const into = kafkaPropagation({ inject: ['w3c', 'b3'], origin: false })
      .injection(trace.setSpanContext(ROOT_CONTEXT, remote(traceA, spanA)), 't')
      .into(headers);
    expect(into).to.deep.equal({ traceparent: `00-${traceA}-${spanA}-01`, b3: `${traceA}-${spanA}-1` });
  });
});
