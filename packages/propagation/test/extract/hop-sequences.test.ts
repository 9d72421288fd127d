import { ROOT_CONTEXT, type SpanContext, trace, TraceFlags } from '@opentelemetry/api';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Format, kafkaPropagation } from '../../src/index.ts';
import { asReceived, asSent, contextsOf, type Hop, hops, passOn, type RawHeaders, type SpanIds } from './hop-model.ts';

const orders: readonly Format[][] = [
  ['w3c', 'b3'],
  ['b3', 'w3c'],
  ['b3multi', 'w3c'],
];

// Two traces of others, whose spans lie across two headers: the middle one is neither the last nor below the parent.
const across: [Hop[]][] = (['w3c', 'b3'] as const).map((one) => {
  const other = one === 'w3c' ? 'b3' : 'w3c';
  const foreign = { by: 'other', takes: 'last' } as const;
  return [
    [
      { by: 'tracelink', inject: [one] },
      { ...foreign, reads: [], writes: [one], headers: 'replaced' },
      { ...foreign, reads: [one], writes: [other], headers: 'replaced' },
      { ...foreign, reads: [], writes: [other], headers: 'appended to' },
    ],
  ];
});

const named = ({ traceId, spanId }: SpanIds | SpanContext): string => `${traceId}/${spanId}`;

interface Journey {
  readonly raw: RawHeaders;
  /** Of the hops, the oldest first. */
  readonly spans: readonly string[];
  /** What tracelink wrote last, where the record tells it. */
  readonly written: SpanIds | undefined;
}

function journey(way: readonly Hop[], extract: readonly Format[]): Journey {
  const spans: string[] = [];
  let raw: RawHeaders = [];
  let written: SpanIds | undefined;
  for (const [index, hop] of way.entries()) {
    const fresh = { traceId: String(index + 1).padStart(32, '0'), spanId: String(index + 1).padStart(16, '0') };
    if (hop.by === 'other') {
      const passed = passOn(hop, raw, fresh);
      raw = passed.raw;
      spans.push(named(passed.span));
    } else {
      const propagation = kafkaPropagation({ inject: hop.inject, extract });
      const received = asReceived(raw);
      const extraction = propagation.extract(received, 'orders');
      const { creationContext } = extraction;
      written = { traceId: creationContext?.traceId ?? fresh.traceId, spanId: fresh.spanId };
      const parent = creationContext === undefined ? ROOT_CONTEXT : extraction.asParent();
      const active = trace.setSpanContext(parent, { ...written, traceFlags: TraceFlags.SAMPLED });
      raw = asSent(propagation.injection(active, 'orders').into(received) as Record<string, unknown>);
      spans.push(named(written));
    }
  }
  return { raw, spans, written: raw.some(([name]) => name.startsWith('tracelink-')) ? written : undefined };
}

describe('a record that went from hop to hop', () => {
  for (const extract of orders)
    it(`has the last hop as parent, or a link to every context that is left, read as ${extract.join(', then ')}`, () => {
      fc.assert(
        fc.property(hops, (way) => {
          const { raw, spans, written } = journey(way, extract);
          const { creationContext: parent, conflicts, brokenFrom } = kafkaPropagation({ extract }).extract(asReceived(raw), 'orders');
          const left = [...new Map(contextsOf(raw).map((context) => [named(context), context])).values()];
          const links = conflicts.map(named);
          const age = (context: SpanIds | SpanContext): number => spans.indexOf(named(context));
          expect(parent === undefined).to.equal(left.length === 0);
          if (parent === undefined) return;
          const newest = left.reduce((one, other) => (age(other) > age(one) ? other : one));
          expect([named(parent), ...links], 'the last hop').to.include(named(newest));
          for (const context of left) {
            if (context.traceId === parent.traceId && age(context) <= age(parent)) continue;
            expect(links, `beside ${named(parent)}`).to.include(named(context));
          }
          const isLeft = left.some(({ traceId }) => traceId === written?.traceId);
          if (written !== undefined && isLeft) expect(parent.traceId).to.equal(written.traceId);
          expect(brokenFrom && named(brokenFrom)).to.equal(written === undefined || isLeft ? undefined : named(written));
        }),
        { numRuns: 2_000, examples: across },
      );
    });
});
