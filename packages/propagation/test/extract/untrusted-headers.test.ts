import { context as contextApi, propagation as api, type SpanContext, type TextMapPropagator } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AWSXRayPropagator } from '@opentelemetry/propagator-aws-xray';
import { B3Propagator } from '@opentelemetry/propagator-b3';
import { cloneContextWithoutSpan } from '@tracelink/context';
import { expect } from 'chai';
import { kafkaPropagation, UntrustedHeaders, untrustedHeaders } from '../../src/index.ts';
import { remote, spanA, spanB, traceA, traceB } from '../trace-context.ts';

const [a, b] = [remote(traceA, spanA), remote(traceB, spanB)];
const traceparentA = `00-${traceA}-${spanA}-01`;
const b3B = `${traceB}-${spanB}-1`;

function untrusted(trust: 'link' | 'ignore', headers: unknown): UntrustedHeaders | undefined {
  return kafkaPropagation({ inject: ['w3c'], trust }).extract(headers, 'public').untrusted;
}

function named(found: UntrustedHeaders | undefined, ...spans: readonly SpanContext[]): readonly boolean[] {
  return spans.map((span) => found?.names(span) === true);
}

describe('untrusted headers', () => {
  for (const trust of ['link', 'ignore'] as const) {
    it(`are recognized in every format, with the trust ${trust}`, () => {
      const ids = [remote('1'.repeat(32), spanA), remote('2'.repeat(32), spanA), remote('3'.repeat(32), spanA)] as const;
      const headers = {
        traceparent: [traceparentA, Buffer.from(`00-${ids[0].traceId}-${spanA}-00`)],
        B3: Buffer.from(b3B),
        'X-B3-TraceId': ids[1].traceId,
        'x-b3-spanid': spanA,
        'sentry-trace': `${ids[2].traceId}-${spanA}-1`,
        baggage: [Buffer.from('tenant=admin'), 'role=root'],
      };
      const found = untrusted(trust, headers);
      expect(named(found, a, b, ...ids)).to.deep.equal([true, true, true, true, true]);
      expect(named(found, remote(traceA, spanB))).to.deep.equal([false]);
      expect(['tenant=admin', 'role=root', 'mine=1'].map((text) => found?.hasMember(text))).to.deep.equal([true, true, false]);
    });

    it(`are recognized as the global propagator reads them, with the trust ${trust}`, () => {
      api.setGlobalPropagator(new AWSXRayPropagator());
      try {
        const root = `1-${traceA.slice(0, 8)}-${traceA.slice(8)}`;
        const found = untrusted(trust, { 'X-Amzn-Trace-Id': `Root=${root};Parent=${spanA};Sampled=1` });
        expect(named(found, a, b)).to.deep.equal([true, false]);
      } finally {
        api.disable();
      }
    });

    it(`are no more than recognized, with the trust ${trust}, in the context of what handles them`, () => {
      const extraction = kafkaPropagation({ inject: ['w3c'], trust }).extract({ b3: b3B, baggage: 'tenant=admin' }, 'public');
      expect(extraction).to.include({ creationContext: undefined, origin: undefined, baggage: undefined, brokenFrom: undefined, hops: 1 });
      for (const context of [extraction.asRoot(), extraction.asParent()])
        expect(untrustedHeaders.get(context)).to.equal(extraction.untrusted).and.not.equal(undefined);
    });

    it(`count as having named every span where there were more of them than are remembered, with the trust ${trust}`, () => {
      const repeats = (count: number) => Array.from({ length: count }, () => b3B);
      expect(named(untrusted(trust, { traceparent: [traceparentA], b3: repeats(16) }), remote(traceA, spanB))).to.deep.equal([false]);
      expect(named(untrusted(trust, { b3: [`${traceA}-${spanA}-1`, ...repeats(16)] }), a)).to.deep.equal([true]);
    });

    it(`are none where nothing could be copied, with the trust ${trust}`, () => {
      for (const headers of [undefined, null, {}, { mine: 'own' }, { ce_traceparent: traceparentA }, { traceparent: null }])
        expect(untrusted(trust, headers)).to.equal(undefined);
    });
  }

  it('are read when it is asked for the first time, once, and of a topic that is trusted for links not again', () => {
    let reads = 0;
    const b3 = new B3Propagator();
    const counting: TextMapPropagator = {
      inject: () => {},
      extract: (...args) => (reads++, b3.extract(...args)),
      fields: () => b3.fields(),
    };
    api.setGlobalPropagator(counting);
    try {
      for (const [trust, atOnce, whenAsked] of [
        ['ignore', 0, 1],
        ['link', 1, 1],
      ] as const) {
        reads = 0;
        const context = kafkaPropagation({ trust }).extract({ b3: b3B, traceparent: traceparentA }, 'public').asRoot();
        expect(reads, trust).to.equal(atOnce);
        for (let count = 0; count < 2; count++) expect(named(untrustedHeaders.get(context), a, b), trust).to.deep.equal([true, true]);
        expect(reads, trust).to.equal(whenAsked);
      }
    } finally {
      api.disable();
    }
  });

  it('are read before detached work takes them along', () => {
    let reads = 0;
    contextApi.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    api.setGlobalPropagator({ inject: () => {}, extract: (given) => (reads++, given), fields: () => ['x-own'] });
    try {
      const extraction = kafkaPropagation({ inject: ['w3c'], trust: 'ignore' }).extract({ traceparent: traceparentA }, 'public');
      const detached = contextApi.with(extraction.asRoot(), () => cloneContextWithoutSpan());
      expect(reads).to.equal(1);
      expect(named(untrustedHeaders.get(detached), a, b)).to.deep.equal([true, false]);
      expect(reads).to.equal(1);
    } finally {
      api.disable();
      contextApi.disable();
    }
  });

  it('hold nothing of the client’s memory in the context of what handles them', () => {
    const headers = { traceparent: Buffer.from(traceparentA), baggage: [Buffer.from('tenant=admin')] };
    const context = kafkaPropagation({ inject: ['w3c'], trust: 'ignore' })
      .extract(headers, 'public')
      .asRoot();
    headers.traceparent.fill(0);
    headers.baggage[0]?.fill(0);
    expect(named(untrustedHeaders.get(context), a)).to.deep.equal([true]);
    expect(untrustedHeaders.get(context)?.hasMember('tenant=admin')).to.equal(true);
  });

  it('are none of a topic that is trusted', () => {
    const extraction = kafkaPropagation({ inject: ['w3c'] }).extract({ traceparent: traceparentA, b3: b3B, baggage: 'a=1' }, 't');
    expect(extraction.untrusted).to.equal(undefined);
    expect(untrustedHeaders.get(extraction.asRoot())).to.equal(undefined);
  });

  it('of a batch are recognized together', () => {
    const all = [{ traceparent: traceparentA }, { b3: b3B, baggage: 'tenant=admin' }].map((headers) => untrusted('ignore', headers));
    const found = UntrustedHeaders.ofAll(all as UntrustedHeaders[]);
    expect(named(found, a, b, remote(traceA, spanB))).to.deep.equal([true, true, false]);
    expect(found.hasMember('tenant=admin')).to.equal(true);
  });
});
