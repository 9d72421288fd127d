import {
  type Context,
  ROOT_CONTEXT,
  type SpanContext,
  context as contextApi,
  createContextKey,
  propagation as api,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { suppressTracing } from '@opentelemetry/core';
import { cloneContextWithoutSpan } from '@tracelink/context';
import { expect } from 'chai';
import { type KafkaPropagation, type KafkaPropagationOptions, kafkaPropagation } from '../../src/index.ts';
import { lazyTraceState } from '../../src/formats/trace-state.ts';
import { remote, spanA, spanB, traceA, traceB } from '../trace-context.ts';

const traceparentA = `00-${traceA}-${spanA}-01`;
const traceparentB = `00-${traceB}-${spanB}-01`;

function on(base: Context, trace128: string, span: string, flags = 1): Context {
  return trace.setSpanContext(base, remote(trace128, span, flags));
}

function written(options: KafkaPropagationOptions, context: Context, headers: Record<string, unknown> = {}): Record<string, unknown> {
  return kafkaPropagation(options).injection(context, 't').into(headers);
}

/** What a consumer of `propagation` writes from the handler's span `spanB` in the same trace. */
function forwarded(propagation: KafkaPropagation, headers: Record<string, unknown>, topic = 't'): Record<string, unknown> {
  const extraction = propagation.extract(headers, topic);
  const traceId = extraction.creationContext?.traceId ?? traceB;
  return propagation.injection(on(extraction.asParent(), traceId, spanB), topic).into({});
}

describe('injected headers', () => {
  it('have each format’s names, in lower case but for the specification’s X-B3 (interop 1)', () => {
    const context = on(ROOT_CONTEXT, traceA, spanA);
    expect(written({ inject: ['w3c', 'b3', 'b3multi', 'jaeger'], origin: false }, context)).to.deep.equal({
      traceparent: traceparentA,
      b3: `${traceA}-${spanA}-1`,
      'X-B3-TraceId': traceA,
      'X-B3-SpanId': spanA,
      'X-B3-Sampled': '1',
      'uber-trace-id': `${traceA}:${spanA}:0:1`,
    });
    expect(written({ inject: ['b3multi'], b3multiNames: 'lower', origin: false }, context)).to.have.keys(
      'x-b3-traceid',
      'x-b3-spanid',
      'x-b3-sampled',
    );
  });

  it('carry tracestate with traceparent, and none that is empty (3.4)', () => {
    const span = remote(traceA, spanA);
    const state = (text: string): Context => trace.setSpanContext(ROOT_CONTEXT, { ...span, traceState: lazyTraceState(text) });
    expect(written({ inject: ['w3c'] }, state('a=1'))).to.include({ tracestate: 'a=1' });
    expect(written({ inject: ['w3c'] }, state('broken'))).to.not.have.property('tracestate');
    expect(written({ inject: ['b3'] }, state('a=1'))).to.not.have.property('tracestate');
  });

  it('are valid whatever ids and flags a context holds (3.5, 3.6)', () => {
    const odd = on(ROOT_CONTEXT, traceA.toUpperCase(), spanA.toUpperCase(), 0xff);
    expect(written({ inject: ['w3c', 'b3'], origin: false }, odd)).to.deep.equal({
      traceparent: `00-${traceA}-${spanA}-03`,
      b3: `${traceA}-${spanA}-1`,
    });
  });

  it('are written for spans that are not sampled (7.5)', () => {
    expect(written({ inject: ['b3'], origin: false }, on(ROOT_CONTEXT, traceA, spanA, 0))).to.deep.equal({ b3: `${traceA}-${spanA}-0` });
  });

  it('are empty for an invalid span or suppressed tracing, which still removes stale ones (2.15)', () => {
    const stale = { traceparent: traceparentB, a: '1' };
    expect(written({ inject: ['w3c'] }, ROOT_CONTEXT, stale)).to.deep.equal({ a: '1' });
    expect(written({ inject: ['w3c'] }, on(ROOT_CONTEXT, '0'.repeat(32), spanA), stale)).to.deep.equal({ a: '1' });
    expect(written({ inject: ['w3c'] }, suppressTracing(on(ROOT_CONTEXT, traceA, spanA)), stale)).to.deep.equal({ a: '1' });
  });

  it('say the sender’s wish', () => {
    const injection = kafkaPropagation({ inject: ['w3c'] }).injection(on(ROOT_CONTEXT, traceA, spanA), 't', 'link');
    expect(injection.into({})).to.include({ 'tracelink-relation': 'link' });
  });

  it('follow the topic’s policy: nothing, the trace, or the baggage too (5.5)', () => {
    const context = api.setBaggage(on(ROOT_CONTEXT, traceA, spanA), api.createBaggage({ k: { value: 'v' } }));
    const propagation = kafkaPropagation({
      inject: ['w3c', 'jaeger'],
      origin: false,
      outbound: (topic) => (topic === 'in' ? 'trace+baggage' : topic === 'partner' ? 'trace' : 'none'),
    });
    const into = (topic: string): Record<string, string> =>
      propagation.injection(context, topic).into({ b3: 'stale' } as Record<string, string>);
    const traced = { traceparent: traceparentA, 'uber-trace-id': `${traceA}:${spanA}:0:1` };
    expect(into('in')).to.deep.equal({ ...traced, baggage: 'k=v', 'uberctx-k': 'v' });
    expect(into('partner')).to.deep.equal(traced);
    expect(into('internet')).to.deep.equal({});
  });

  it('hold only the listed baggage keys', () => {
    const context = api.setBaggage(ROOT_CONTEXT, api.createBaggage({ tenant: { value: '1' }, secret: { value: '2' } }));
    expect(written({ inject: ['w3c'], baggage: ['tenant'] }, context)).to.deep.equal({ baggage: 'tenant=1' });
    expect(written({ inject: ['w3c'], baggage: [] }, context)).to.deep.equal({});
  });

  describe('of the origin', () => {
    const propagation = kafkaPropagation({ inject: ['w3c'] });

    it('are written by the first publish and kept by all that follow', () => {
      const first = propagation.injection(on(ROOT_CONTEXT, traceA, spanA), 't').into({}) as Record<string, unknown>;
      expect(first['tracelink-origin']).to.equal(traceparentA);
      const second = forwarded(propagation, first);
      const third = forwarded(propagation, second);
      for (const hop of [second, third])
        expect(hop).to.include({ traceparent: `00-${traceA}-${spanB}-01`, 'tracelink-origin': traceparentA });
    });

    it('are the creation context where a sender wrote none', () => {
      expect(forwarded(propagation, { traceparent: traceparentA })['tracelink-origin']).to.equal(traceparentA);
    });

    it('are kept when the consumer starts a trace of its own', () => {
      const root = on(propagation.extract({ traceparent: traceparentA }, 't').asRoot(), traceB, spanB);
      expect(propagation.injection(root, 't').into({})).to.include({ traceparent: traceparentB, 'tracelink-origin': traceparentA });
    });

    it('are left out of the first publish where only forwarded messages have them, and are the same from the second on', () => {
      const sparing = kafkaPropagation({ inject: ['w3c'], origin: 'forwarded' });
      const first = sparing.injection(on(ROOT_CONTEXT, traceA, spanA), 't').into({}) as Record<string, unknown>;
      expect(first).to.deep.equal({ traceparent: traceparentA });
      const usual = propagation.injection(on(ROOT_CONTEXT, traceA, spanA), 't').into({}) as Record<string, unknown>;
      expect(sparing.extract(first, 't').origin).to.include(idsOf(propagation.extract(usual, 't').origin));
      const second = forwarded(sparing, first);
      expect(second['tracelink-origin']).to.equal(traceparentA);
      expect(second).to.have.keys(Object.keys(forwarded(propagation, usual)));
      expect(forwarded(sparing, second)['tracelink-origin']).to.equal(traceparentA);
    });

    it('are written where a trace of its own follows another, although only forwarded messages have them', () => {
      const sparing = kafkaPropagation({ inject: ['w3c'], origin: 'forwarded' });
      const root = on(sparing.extract({ traceparent: traceparentA }, 't').asRoot(), traceB, spanB);
      expect(sparing.injection(root, 't').into({})).to.include({ traceparent: traceparentB, 'tracelink-origin': traceparentA });
    });

    it('are not written when that is switched off', () => {
      expect(forwarded(kafkaPropagation({ inject: ['w3c'], origin: false }), { traceparent: traceparentA })).to.not.have.property(
        'tracelink-origin',
      );
    });
  });

  describe('of the progress', () => {
    const propagation = kafkaPropagation({ inject: ['w3c'] });

    it('count hops from the second on and keep the time of the first', () => {
      const before = Date.now();
      const second = forwarded(propagation, { traceparent: traceparentA });
      const { hops, since } = propagation.extract(second, 't');
      expect(hops).to.equal(2);
      expect(since).to.be.within(before, Date.now());
      expect(propagation.extract(forwarded(propagation, second), 't')).to.deep.include({ hops: 3, since });
    });

    it('begin again with a new trace', () => {
      const root = on(propagation.extract({ traceparent: traceparentA, 'tracelink-trace': 'hops=5;since=1' }, 't').asRoot(), traceB, spanB);
      expect(propagation.injection(root, 't').into({})['tracelink-trace' as never]).to.match(
        new RegExp(`^hops=1;since=\\d{13};span=${traceparentB}$`),
      );
    });
  });

  describe('of B3 debug', () => {
    const propagation = kafkaPropagation({ inject: ['b3', 'b3multi', 'jaeger'], origin: false });
    const debugged = {
      b3: `${traceA}-${spanB}-d`,
      'X-B3-TraceId': traceA,
      'X-B3-SpanId': spanB,
      'X-B3-Flags': '1',
      'uber-trace-id': `${traceA}:${spanB}:0:3`,
    };

    it('stay with the trace through a consumer, in every encoding (2.6, 2.14)', () => {
      expect(forwarded(propagation, { b3: `${traceA}-${spanA}-d` })).to.deep.include(debugged);
      expect(forwarded(propagation, { 'X-B3-TraceId': traceA, 'X-B3-SpanId': spanA, 'X-B3-Flags': '1' })).to.deep.include(debugged);
    });

    it('come from OpenTelemetry’s B3 propagator too, and go to it', async () => {
      const { B3Propagator } = await import('@opentelemetry/propagator-b3');
      const { defaultTextMapGetter, defaultTextMapSetter } = await import('@opentelemetry/api');
      const official = new B3Propagator();
      const request = official.extract(ROOT_CONTEXT, { b3: `${traceA}-${spanB}-d` }, defaultTextMapGetter);
      expect(propagation.injection(request, 't').into({})).to.deep.equal(debugged);
      const carrier: Record<string, string> = {};
      official.inject(propagation.extract({ b3: `${traceA}-${spanB}-d` }, 't').asParent(), carrier, defaultTextMapSetter);
      expect(carrier['b3']).to.equal(`${traceA}-${spanB}-d`);
    });

    it('go along into detached work, of a handler and of a request that B3 led to', () => {
      const request = on(ROOT_CONTEXT, traceA, spanB).setValue(createContextKey('OpenTelemetry Context Key B3 Debug Flag'), 'd');
      const handler = on(propagation.extract({ b3: `${traceA}-${spanA}-d` }, 't').asParent(), traceA, spanB);
      contextApi.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      try {
        for (const caller of [request, handler]) {
          const detached = contextApi.with(caller, () => cloneContextWithoutSpan());
          expect(propagation.injection(detached, 't').into({})).to.deep.include(debugged);
        }
      } finally {
        contextApi.disable();
      }
    });

    it('do not spread to a new trace, nor to a span that is not sampled', () => {
      const extraction = propagation.extract({ b3: `${traceA}-${spanA}-d` }, 't');
      expect(propagation.injection(on(extraction.asRoot(), traceB, spanB), 't').into({})).to.include({ b3: `${traceB}-${spanB}-1` });
      expect(propagation.injection(on(extraction.asParent(), traceA, spanB, 0), 't').into({})).to.include({ b3: `${traceA}-${spanB}-0` });
    });
  });

  describe('of CloudEvents', () => {
    const propagation = kafkaPropagation({ inject: ['w3c', 'cloudevents'] });
    const event = { ce_id: '1', ce_traceparent: traceparentB, ce_tracestate: 'b=2' };

    it('are the trace origin’s, beside the hop’s own (8.2)', () => {
      const context = trace.setSpanContext(ROOT_CONTEXT, { ...remote(traceA, spanA), traceState: lazyTraceState('a=1') });
      const first = propagation.injection(context, 't').into({}) as Record<string, unknown>;
      expect(first).to.include({ traceparent: traceparentA, tracestate: 'a=1', ce_traceparent: traceparentA, ce_tracestate: 'a=1' });
      expect(forwarded(propagation, first)).to.include({ traceparent: `00-${traceA}-${spanB}-01`, ce_traceparent: traceparentA });
    });

    it('are never overwritten nor removed (8.3)', () => {
      const context = on(ROOT_CONTEXT, traceA, spanA);
      expect(propagation.injection(context, 't').into(event)).to.include({ ...event, traceparent: traceparentA });
      expect(
        kafkaPropagation({ inject: ['b3'], outbound: 'none' })
          .injection(context, 't')
          .into(event),
      ).to.deep.equal(event);
    });

    it('are read when there is no hop context, and are a conflict when they name another trace (8.3)', () => {
      expect(propagation.extract(event, 't').creationContext).to.deep.include(remote(traceB, spanB));
      const forked = propagation.extract({ ...event, traceparent: traceparentA }, 't');
      expect(forked.creationContext).to.deep.equal(remote(traceA, spanA));
      expect(forked.origin?.traceId).to.equal(traceB);
      expect(forked.conflicts).to.have.length(1);
      const sameTrace = propagation.extract({ ce_traceparent: traceparentA, traceparent: `00-${traceA}-${spanB}-01` }, 't');
      expect(sameTrace.conflicts).to.deep.equal([]);
      expect(sameTrace.origin).to.deep.equal(remote(traceA, spanA));
    });

    it('are no creation context that a producer must keep: the hop still needs its own', () => {
      expect(propagation.creationContext(event)).to.equal(undefined);
    });
  });

  describe('of SkyWalking', () => {
    const propagation = kafkaPropagation({ inject: ['b3', 'sw8'], origin: false });
    const headers = { b3: `${traceA}-${spanA}-1`, sw8: '1-YQ-Yg-3-cw-aQ-ZQ-cA', 'sw8-correlation': Buffer.from('aw:dg') };

    it('are carried on with padding, and become attributes (4.12, interop 4)', () => {
      const extraction = propagation.extract(headers, 't');
      expect(extraction.attributes).to.deep.equal({
        'tracelink.sw8.trace_id': 'a',
        'tracelink.sw8.segment_id': 'b',
        'tracelink.sw8.span_id': 3,
        'tracelink.sw8.service': 's',
        'tracelink.sw8.service_instance': 'i',
        'tracelink.sw8.endpoint': 'e',
        'tracelink.sw8.peer': 'p',
        'tracelink.sw8.correlation.k': 'v',
      });
      expect(forwarded(propagation, headers)).to.include({ sw8: '1-YQ==-Yg==-3-cw==-aQ==-ZQ==-cA==', 'sw8-correlation': 'aw==:dg==' });
    });

    it('are never of our own making, and never a creation context', () => {
      expect(written({ inject: ['b3', 'sw8'], origin: false }, on(ROOT_CONTEXT, traceA, spanA))).to.have.keys('b3');
      expect(propagation.extract({ sw8: headers.sw8 }, 't').creationContext).to.equal(undefined);
    });

    it('keep an empty correlation and the form without ids; broken ones end here', () => {
      expect(forwarded(propagation, { b3: headers.b3, sw8: '1-------', 'sw8-correlation': '' })).to.include({
        sw8: '1-------',
        'sw8-correlation': '',
      });
      expect(forwarded(propagation, { b3: headers.b3, sw8: 'broken', 'sw8-correlation': '!' })).to.have.keys('b3', 'tracelink-trace');
    });

    it('omit the correlation when baggage is not sent', () => {
      const narrow = kafkaPropagation({ inject: ['b3', 'sw8'], origin: false, outbound: 'trace' });
      expect(forwarded(narrow, headers)).to.include.keys('sw8').and.not.include.keys('sw8-correlation');
    });
  });
});

function idsOf(context: SpanContext | undefined): Pick<SpanContext, 'traceId' | 'spanId'> {
  if (context === undefined) throw new Error('There is no context.');
  return { traceId: context.traceId, spanId: context.spanId };
}
