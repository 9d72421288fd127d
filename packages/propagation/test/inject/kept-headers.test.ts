import { ROOT_CONTEXT, propagation as api, type TextMapPropagator } from '@opentelemetry/api';
import { expect } from 'chai';
import { type KafkaPropagationOptions, kafkaPropagation } from '../../src/index.ts';
import { spanA, traceA } from '../trace-context.ts';

const trace = {
  traceparent: `00-${traceA}-${spanA}-01`,
  tracestate: 'a=1',
  B3: Buffer.from(`${traceA}-${spanA}-1`),
  'sentry-trace': `${traceA}-${spanA}-1`,
  sw8: '1-YQ==-Yg==-3-cw==-aQ==-ZQ==-cA==',
  'tracelink-origin': `00-${traceA}-${spanA}-01`,
};
const baggage = { baggage: 'tenant=1,secret=2', 'UberCtx-tenant': '1', 'uberctx-secret': '2', 'jaeger-baggage': 'secret=3' };
const correlation = { 'sw8-correlation': 'aw==:dg==' };
const own = { mine: 'own', ce_traceparent: `00-${traceA}-${spanA}-01` };
const headers = Object.freeze({ ...trace, ...baggage, ...correlation, ...own });

function kept<H>(given: H, options: KafkaPropagationOptions, context = ROOT_CONTEXT): H {
  return kafkaPropagation({ inject: ['b3'], ...options }).kept(given, context, 'partner');
}

describe('headers whose own context stays', () => {
  it('are the same object where all of them may go', () => {
    expect(kept(headers, {})).to.equal(headers);
    expect(kept(undefined, {})).to.equal(undefined);
  });

  it('lose every trace header where nothing may go, but the event’s own', () => {
    expect(kept(headers, { outbound: 'none' })).to.deep.equal(own);
    expect(kept(headers, { outbound: (topic) => (topic === 'partner' ? 'none' : 'trace') })).to.deep.equal(own);
    expect(kept(new Map(Object.entries(headers)), { outbound: 'none' })).to.deep.equal(new Map(Object.entries(own)));
    expect(kept(headers, { outbound: 'none', keep: ['sentry'] })).to.deep.equal(own);
  });

  it('lose the headers of a global propagator where nothing may go', () => {
    const custom: TextMapPropagator = { inject: () => {}, extract: (context) => context, fields: () => ['X-Custom'] };
    api.setGlobalPropagator(custom);
    try {
      const propagation = kafkaPropagation({ outbound: 'none' });
      expect(propagation.kept({ 'x-custom': '1', mine: 'own' }, ROOT_CONTEXT, 't')).to.deep.equal({ mine: 'own' });
    } finally {
      api.disable();
    }
  });

  it('lose baggage of every format where only the trace may go', () => {
    expect(kept(headers, { outbound: 'trace' })).to.deep.equal({ ...trace, ...own });
  });

  it('keep of baggage what the allow-list names', () => {
    expect(kept(headers, { baggage: ['tenant'] })).to.deep.equal({
      ...trace,
      ...correlation,
      ...own,
      'UberCtx-tenant': '1',
      baggage: 'tenant=1',
    });
    expect(kept(headers, { baggage: [] })).to.deep.equal({ ...trace, ...correlation, ...own });
  });

  it('lose the baggage that is copied from an untrusted message', () => {
    const careful = kafkaPropagation({ inject: ['w3c'], trust: 'ignore' });
    const context = careful.extract({ baggage: 'tenant=admin' }, 'public').asRoot();
    const { traceparent } = trace;
    expect(kept({ traceparent, baggage: 'tenant=admin' }, {}, context)).to.deep.equal({ traceparent });
    expect(kept({ traceparent, baggage: 'mine=1', 'uberctx-a': '1' }, {}, context)).to.deep.equal({
      traceparent,
      baggage: 'mine=1',
      'uberctx-a': '1',
    });
  });

  it('go out as they are where they cannot be read', () => {
    const hostile = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('hostile');
        },
      },
    );
    for (const options of [{ outbound: 'none' }, { outbound: 'trace' }, { baggage: [] }] as const)
      expect(kept(hostile, options)).to.equal(hostile);
  });
});
