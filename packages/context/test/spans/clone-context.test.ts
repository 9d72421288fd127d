import { context, isSpanContextValid, propagation, ROOT_CONTEXT, SpanKind, trace, type Span } from '@opentelemetry/api';
import { cloneContext, cloneContextWithoutSpan, contextValue } from '@tracelink/context';
import { suppressTracing } from '@opentelemetry/core';
import { expect } from 'chai';
import { useTracing } from '../support/use-tracing.ts';

const tenant = contextValue<string>('tenant', { detached: true });
const transaction = contextValue<string>('transaction');

/** Runs `fn` as a request does: inside a span, with values and baggage. Ends the span and gives it with the result. */
function request<R>(fn: () => R): { readonly span: Span; readonly result: R } {
  const span = trace.getTracer('test').startSpan('request');
  const baggage = propagation.createBaggage({ plan: { value: 'gold' } });
  const active = propagation.setBaggage(trace.setSpan(ROOT_CONTEXT, span), baggage);
  const result = context.with(active, () => tenant.with('acme', () => transaction.with('t1', fn)));
  span.end();
  return { span, result };
}

describe('cloneContext', () => {
  const spans = useTracing();

  it('continues the trace through a short span, and does not expose the request’s span', () => {
    const { span, result: detached } = request(() => cloneContext({ name: 'audit' }));
    const short = spans.take('audit');
    spans.take('request');

    expect(short.kind).to.equal(SpanKind.INTERNAL);
    expect(short.attributes).to.deep.equal({ 'tracelink.async': true });
    expect(short.parentSpanContext?.spanId).to.equal(span.spanContext().spanId);
    const active = trace.getSpan(detached);
    expect(active?.spanContext()).to.deep.equal(short.spanContext());
    expect(active).to.not.equal(span);
    // What is written to it goes nowhere, not to a span that has ended: the recorder would tell.
    active?.setAttribute('late', true).end();
  });

  it('starts a new trace with a link to the request when the relation is link', () => {
    const { span, result: detached } = request(() => cloneContext({ relation: 'link' }));
    const short = spans.take('detached');
    spans.take('request');
    const { traceId, spanId } = span.spanContext();

    expect(short.parentSpanContext).to.equal(undefined);
    expect(trace.getSpanContext(detached)?.traceId).to.not.equal(traceId);
    expect(short.links.map((link) => link.context.spanId)).to.deep.equal([spanId]);
    expect(short.attributes).to.include({ 'tracelink.link.trace_id': traceId, 'tracelink.link.span_id': spanId });
  });

  it('copies baggage, detached values and named values, and no others', () => {
    const { result } = request(() => [cloneContext(), cloneContext({ keys: [transaction] })] as const);
    spans.takeAll();
    const [plain, named] = result;

    expect(propagation.getBaggage(plain)?.getEntry('plan')?.value).to.equal('gold');
    expect([tenant.get(plain), transaction.get(plain)]).to.deep.equal(['acme', undefined]);
    expect([tenant.get(named), transaction.get(named)]).to.deep.equal(['acme', 't1']);
  });

  it('keeps suppressed tracing', () => {
    const detached = context.with(suppressTracing(ROOT_CONTEXT), () => cloneContext());
    trace.getTracer('test').startSpan('inside', {}, detached).end();
    expect(spans.takeAll()).to.deep.equal([]);
  });
});

describe('cloneContextWithoutSpan', () => {
  const spans = useTracing();

  it('keeps the caller’s ids and copies what cloneContext copies', () => {
    const { span, result: detached } = request(() => cloneContextWithoutSpan({ keys: [transaction] }));
    expect(spans.takeAll().map(({ name }) => name)).to.deep.equal(['request']);
    expect(trace.getSpanContext(detached)).to.deep.equal(span.spanContext());
    expect(trace.getSpan(detached)).to.not.equal(span);
    expect([tenant.get(detached), transaction.get(detached)]).to.deep.equal(['acme', 't1']);
    expect(propagation.getBaggage(detached)?.getEntry('plan')?.value).to.equal('gold');
  });

  it('creates one valid unsampled id when there is no trace', () => {
    const first = trace.getSpanContext(cloneContextWithoutSpan());
    const second = trace.getSpanContext(cloneContextWithoutSpan());
    expect(first !== undefined && isSpanContextValid(first)).to.equal(true);
    expect(first?.traceFlags).to.equal(0);
    expect(first?.traceId).to.not.equal(second?.traceId);
  });
});

describe('cloneContext without an SDK', () => {
  it('returns a working context without a trace', () => {
    const detached = cloneContext({ relation: 'link' });
    const spanContext = trace.getSpanContext(detached);
    expect(spanContext === undefined || !isSpanContextValid(spanContext)).to.equal(true);
  });
});
