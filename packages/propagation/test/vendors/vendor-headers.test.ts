import { propagation as api, ROOT_CONTEXT, type SpanContext, type TextMapPropagator, trace } from '@opentelemetry/api';
import { AWSXRayPropagator } from '@opentelemetry/propagator-aws-xray';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Vendor, kafkaPropagation } from '../../src/index.ts';
import { formats } from '../../src/formats/formats.ts';
import type { HeaderEntry } from '../../src/headers/write-headers.ts';
import { damaged, remote, spanA, spanB, spanContext, traceA, traceB } from '../trace-context.ts';

type Headers = Readonly<Record<string, unknown>>;

function writtenBy(format: 'datadog' | 'instana' | 'sentry', span: SpanContext): Headers {
  const entries: HeaderEntry[] = [];
  formats[format].inject(entries, span, 'flag', { b3multiNames: 'specification' });
  return Object.fromEntries(entries);
}

/** As newrelic 14.5.1 makes it: `DistributedTracePayload.httpSafe()`. */
function newrelic({ traceId, spanId, traceFlags }: SpanContext): Headers {
  const d = {
    ty: 'App',
    ac: '190',
    ap: '46954',
    tr: traceId,
    id: spanId,
    tx: spanB,
    pr: 1.5,
    sa: (traceFlags & 1) === 1,
    ti: 1764425000000,
  };
  return { newrelic: Buffer.from(JSON.stringify({ v: [0, 1], d })).toString('base64') };
}

function xray(span: SpanContext): Headers {
  const headers: Record<string, string> = {};
  new AWSXRayPropagator().inject(trace.setSpanContext(ROOT_CONTEXT, span), headers, { set: (to, name, value) => (to[name] = value) });
  return headers;
}

const writers: Readonly<Record<Vendor, (span: SpanContext) => Headers>> = {
  datadog: (span) => writtenBy('datadog', span),
  instana: (span) => writtenBy('instana', span),
  sentry: (span) => writtenBy('sentry', span),
  newrelic,
  xray,
};
const vendors = Object.keys(writers) as Vendor[];
const theirs = remote(traceA, spanA);
const ours = trace.setSpanContext(ROOT_CONTEXT, remote(traceB, spanB));

describe('headers of other vendors', () => {
  for (const vendor of vendors) {
    const write = writers[vendor];

    it(`of ${vendor} do not go out with what is written, and what they named is told`, () => {
      fc.assert(
        fc.property(spanContext, fc.boolean(), (span, isBytes) => {
          const headers = Object.fromEntries(
            Object.entries({ ...write(span), mine: 'own' }).map(([name, value]) => [name, isBytes ? Buffer.from(String(value)) : value]),
          );
          const propagation = kafkaPropagation({ inject: ['w3c'], origin: false });
          expect(propagation.injection(ours, 't').into(headers)).to.have.all.keys('mine', 'traceparent');
          expect(propagation.droppedContexts(headers)).to.deep.equal([{ ...span, traceFlags: span.traceFlags & 1 }]);
        }),
      );
    });

    it(`of ${vendor} stay as they came where "keep" names it, and nothing is told`, () => {
      const headers = { ...write(theirs), mine: 'own' };
      const propagation = kafkaPropagation({ inject: ['w3c'], origin: false, keep: [vendor] });
      expect(propagation.injection(ours, 't').into(headers)).to.deep.equal({ ...headers, traceparent: `00-${traceB}-${spanB}-01` });
      expect(propagation.droppedContexts(headers)).to.deep.equal([]);
      for (const other of vendors.filter((name) => name !== vendor)) {
        expect(propagation.injection(ours, 't').into(writers[other](theirs))).to.have.all.keys('traceparent');
        expect(propagation.droppedContexts(writers[other](theirs)), other).to.have.lengthOf(1);
      }
    });

    it(`of ${vendor} name no context where they are damaged, and go all the same`, () => {
      const [[name, value]] = Object.entries(write(theirs)) as [[string, string]];
      const propagation = kafkaPropagation({ inject: ['w3c'], origin: false });
      fc.assert(
        fc.property(damaged(fc.constant(value)), (text) => {
          const headers = { ...write(theirs), [name]: text };
          for (const { traceId, spanId } of propagation.droppedContexts(headers))
            expect([traceId, spanId].join('-')).to.match(/^[\da-f]{32}-[\da-f]{16}$/);
          expect(propagation.injection(ours, 't').into(headers)).to.have.all.keys('traceparent');
        }),
      );
      expect(propagation.droppedContexts({ ...write(theirs), [name]: '!' })).to.deep.equal([]);
    });
  }

  it('are told of every shape that a client has', () => {
    const propagation = kafkaPropagation();
    const headers = { ...xray(theirs), ...newrelic(remote(traceB, spanB)) };
    const pairs = Object.entries(headers);
    for (const shape of [
      headers,
      new Map(pairs.map(([name, value]) => [Buffer.from(name), value])),
      pairs,
      pairs.map(([key, value]) => ({ key, value })),
      pairs.map(([name, value]) => ({ [name]: value })),
    ])
      expect(propagation.droppedContexts(shape)).to.deep.equal([remote(traceB, spanB), theirs]);
    for (const none of [undefined, null, {}, [], { mine: 'own', traceparent: `00-${traceA}-${spanA}-01` }])
      expect(propagation.droppedContexts(none)).to.deep.equal([]);
  });

  it('do not stay beside what a global propagator writes in their name', () => {
    const sentryToo: TextMapPropagator = {
      inject: (_, carrier, setter) => setter.set(carrier, 'sentry-trace', `${traceB}-${spanB}-1`),
      extract: (context) => context,
      fields: () => ['sentry-trace'],
    };
    api.setGlobalPropagator(sentryToo);
    try {
      const propagation = kafkaPropagation({ origin: false, keep: ['sentry', 'newrelic'] });
      const headers = Object.entries({ ...writtenBy('sentry', theirs), ...newrelic(theirs) });
      const [, newRelics] = headers;
      expect(propagation.injection(ours, 't').into(headers)).to.deep.equal([newRelics, ['sentry-trace', `${traceB}-${spanB}-1`]]);
    } finally {
      api.disable();
    }
  });

  it('leave for a topic to which nothing may go, whatever "keep" says', () => {
    const propagation = kafkaPropagation({ inject: ['w3c'], outbound: 'none', keep: vendors });
    for (const write of Object.values(writers)) expect(propagation.injection(ours, 't').into(write(theirs))).to.deep.equal({});
  });

  it('read New Relic’s older trace ids of 16 digits, and X-Ray’s parts in any order', () => {
    const propagation = kafkaPropagation();
    const short = remote('0'.repeat(16) + traceA.slice(16), spanA);
    expect(propagation.droppedContexts(newrelic({ ...short, traceId: traceA.slice(16) }))).to.deep.equal([short]);
    const root = `Root=1-${traceA.slice(0, 8)}-${traceA.slice(8)}`;
    expect(
      propagation.droppedContexts({ 'X-Amzn-Trace-Id': `Self=1-0-0; Sampled=0; ${root}; Parent=${spanA}; Lineage=a:1|b:2` }),
    ).to.deep.equal([remote(traceA, spanA, 0)]);
    expect(propagation.droppedContexts({ 'x-amzn-trace-id': `${root};Sampled=?` })).to.deep.equal([]);
  });
});
