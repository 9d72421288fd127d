import type { SpanContext } from '@opentelemetry/api';
import { expect } from 'chai';
import fc from 'fast-check';
import { SpanIds } from '../../../src/consumer/span-ids.ts';

const hex = (length: number, first: string): fc.Arbitrary<string> =>
  fc.oneof(fc.constant(first.repeat(length)), fc.stringMatching(RegExp(`^[0-9a-f]{${length}}$`)));
const context: fc.Arbitrary<SpanContext> = fc.record({ traceId: hex(32, 'a'), spanId: hex(16, 'b'), traceFlags: fc.nat({ max: 1 }) });

describe('SpanIds', () => {
  it('has the spans that it was made of, whatever their flags, and no other', () => {
    fc.assert(
      fc.property(fc.array(context, { maxLength: 100 }), fc.array(context), (contexts, others) => {
        const ids = new SpanIds(contexts);
        const known = new Set(contexts.map(({ traceId, spanId }) => traceId + spanId));
        for (const { traceId, spanId } of [...contexts, ...others])
          expect(ids.hasCreationContext({ traceId, spanId, traceFlags: 0 })).to.equal(known.has(traceId + spanId));
      }),
    );
  });

  it('takes ids that are none, and is what detached work of detached work has', () => {
    const ids = new SpanIds([{ traceId: 'no id', spanId: '', traceFlags: 0 }]);
    expect(ids.hasCreationContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 })).to.equal(false);
    expect(ids.detached()).to.equal(ids);
  });
});
