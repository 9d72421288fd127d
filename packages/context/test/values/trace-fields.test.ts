import { context, ROOT_CONTEXT, trace, TraceFlags, type SpanContext } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { traceFields, traceId } from '@tracelink/context';
import { expect } from 'chai';

const sampled: SpanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: TraceFlags.SAMPLED };

function inSpan<T>(spanContext: SpanContext, fn: () => T): T {
  return context.with(trace.setSpanContext(ROOT_CONTEXT, spanContext), fn);
}

describe('traceFields and traceId', () => {
  before(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  after(() => context.disable());

  it('give the ids of the active span under the names of the specification (6.1)', () => {
    expect(inSpan(sampled, traceFields)).to.deep.equal({ trace_id: sampled.traceId, span_id: sampled.spanId, trace_flags: '01' });
    expect(inSpan(sampled, traceId)).to.equal(sampled.traceId);
  });

  it('give the ids of a span that is not sampled too', () => {
    expect(inSpan({ ...sampled, traceFlags: TraceFlags.NONE }, traceFields)).to.have.property('trace_flags', '00');
  });

  it('are empty when no span with valid ids is active', () => {
    expect(traceFields()).to.deep.equal({});
    expect(traceId()).to.equal(undefined);
    const invalid = { ...sampled, traceId: '0'.repeat(32) };
    expect(inSpan(invalid, traceFields)).to.deep.equal({});
    expect(inSpan(invalid, traceId)).to.equal(undefined);
  });

  it('return a new object each time, which pino’s mixin may change', () => {
    Object.assign(traceFields(), { level: 30 });
    expect(traceFields()).to.deep.equal({});
  });

  it('write the flags as two digits, whatever a remote context had (6.3)', () => {
    expect(inSpan({ ...sampled, traceFlags: 0x1ff }, traceFields)).to.have.property('trace_flags', 'ff');
  });

  it('follow the work across an await (6.3)', async () => {
    const fields = await inSpan(sampled, async () => {
      await Promise.resolve();
      return traceFields();
    });
    expect(fields.trace_id).to.equal(sampled.traceId);
  });
});
