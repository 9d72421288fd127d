import type { SpanContext } from '@opentelemetry/api';
import { expect } from 'chai';
import fc from 'fast-check';
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

  it('holds what a map of both ids holds, however many there are', () => {
    const hex = (length: number, values: readonly string[]) =>
      fc.oneof(fc.constantFrom(...values), fc.stringMatching(RegExp(`^[0-9a-f]{${length}}$`)));
    const contexts = fc.record({
      traceId: hex(32, ['a'.repeat(32), 'b'.repeat(32)]),
      // Ids that end alike, and such as no tracer makes.
      spanId: hex(16, ['0'.repeat(16), `1${'0'.repeat(15)}`, `${'0'.repeat(15)}1`, '', 'short']),
      traceFlags: fc.nat({ max: 1 }),
    });
    fc.assert(
      fc.property(fc.array(contexts, { maxLength: 200, size: 'max' }), fc.nat({ max: 300 }), (added, expected) => {
        const map = new SpanContextMap<Value>(expected);
        const known = new Map<string, Value>();
        for (const context of added) {
          const both = `${context.traceId}-${context.spanId}`;
          expect(map.get(context)).to.equal(known.get(both));
          const one = { context };
          expect(map.add(one)).to.equal(known.get(both));
          if (!known.has(both)) known.set(both, one);
          expect(map.size).to.equal(known.size);
        }
        for (const context of added) expect(map.get(context)).to.equal(known.get(`${context.traceId}-${context.spanId}`));
      }),
    );
  });
});
