import type { SpanContext } from '@opentelemetry/api';
import { expect } from 'chai';
import { SpanContextMap } from '../src/span-context-map.ts';

function context(trace: string, span: string, traceFlags = 0): SpanContext {
  return { traceId: trace.repeat(32), spanId: span.repeat(16), traceFlags };
}

describe('SpanContextMap', () => {
  it('takes contexts of one span for the same, whatever their flags', () => {
    const map = new SpanContextMap<string>();
    map.set(context('a', 'b', 1), 'first');
    map.set(context('a', 'b', 0), 'second');
    expect(map.get(context('a', 'b'))).to.equal('second');
    expect(map.size).to.equal(1);
  });

  it('keeps spans of different traces apart when their span ids are equal', () => {
    const map = new SpanContextMap<number>();
    map.set(context('1', 'b'), 1);
    map.set(context('2', 'b'), 2);
    map.set(context('2', 'b'), 3);
    expect([map.get(context('1', 'b')), map.get(context('2', 'b')), map.get(context('3', 'b'))]).to.deep.equal([1, 3, undefined]);
    expect([map.has(context('1', 'b')), map.has(context('2', 'b')), map.has(context('3', 'b'))]).to.deep.equal([true, true, false]);
    expect(map.size).to.equal(2);
  });

  it('knows a key whose value is undefined', () => {
    const map = new SpanContextMap<undefined>();
    map.set(context('a', 'b'), undefined);
    expect(map.has(context('a', 'b'))).to.equal(true);
    expect(map.has(context('a', 'c'))).to.equal(false);
    expect(map.get(context('a', 'c'))).to.equal(undefined);
  });
});
