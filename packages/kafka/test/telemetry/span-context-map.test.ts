import type { SpanContext } from '@opentelemetry/api';
import { expect } from 'chai';
import { SpanContextMap } from '../../src/telemetry/span-context-map.ts';

interface Value {
  readonly context: SpanContext;
}

function value(trace: string, span: string, traceFlags = 0): Value {
  return { context: { traceId: trace.repeat(32), spanId: span.repeat(16), traceFlags } };
}

describe('SpanContextMap', () => {
  it('treats contexts of one span as equal, whatever their flags', () => {
    const map = new SpanContextMap<Value>();
    const sampled = value('a', 'b', 1);
    expect(map.add(sampled)).to.equal(undefined);
    expect(map.add(value('a', 'b', 0))).to.equal(sampled);
    expect(map.get(value('a', 'b', 0).context)).to.equal(sampled);
    expect(map.size).to.equal(1);
  });

  it('keeps spans of different traces apart when their span ids are equal', () => {
    const map = new SpanContextMap<Value>();
    const [first, second] = [value('1', 'b'), value('2', 'b')];
    expect(map.add(first)).to.equal(undefined);
    expect(map.add(second)).to.equal(undefined);
    expect(map.add(value('2', 'b'))).to.equal(second);
    expect(map.get(value('1', 'b').context)).to.equal(first);
    expect(map.get(value('2', 'b').context)).to.equal(second);
    expect(map.get(value('3', 'b').context)).to.equal(undefined);
    expect(map.get(value('1', 'c').context)).to.equal(undefined);
    expect(map.size).to.equal(2);
  });
});
