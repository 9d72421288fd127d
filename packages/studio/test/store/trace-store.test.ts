import { expect } from 'chai';
import fc from 'fast-check';
import { TraceStore, type StoreLimits } from '../../src/store/trace-store.ts';
import type { Span } from '../../src/telemetry/span.ts';
import { group, hex, line, span, traceId } from '../support/stored.ts';

const linkTo = (trace: number, id: number): Span['links'][number] => ({ traceId: traceId(trace), spanId: hex(id, 16), attributes: {} });

const tracesIn = (store: TraceStore): string[] => [...store.traces()].map((trace) => trace.traceId);
const spansOf = (store: TraceStore, trace: number): string[] =>
  [...(store.trace(traceId(trace))?.spans.values() ?? [])].map((held) => held.span.name);

describe('the store of traces', () => {
  it('drops the trace with the oldest last addition when there are too many spans', () => {
    const store = new TraceStore({ maxSpans: 4 });
    store.addSpans([group([span(0, 0), span(1, 0), span(2, 0), span(0, 1)])]);
    expect(store.held).to.include({ traces: 3, spans: 4, dropped: 0 });
    store.addSpans([group([span(3, 0), span(3, 1)])]);
    expect(tracesIn(store)).to.deep.equal([traceId(0), traceId(3)]);
    expect(store.held).to.include({ traces: 2, spans: 4, dropped: 2 });
  });

  it('drops the first spans of a trace when that trace has too many, and remembers it', () => {
    const store = new TraceStore({ maxSpansPerTrace: 3 });
    store.addSpans([group([0, 1, 2, 3, 4].map((id) => span(0, id))), group([span(1, 0)])]);
    expect(spansOf(store, 0)).to.deep.equal(['span 2', 'span 3', 'span 4']);
    expect(store.trace(traceId(0))?.lostSpans).to.equal(true);
    expect(store.trace(traceId(1))?.lostSpans).to.equal(false);
    expect(store.held).to.include({ spans: 4, dropped: 2 });
  });

  it('says of a trace that it evicted, when more of it comes, that earlier spans and log lines are gone', () => {
    const store = new TraceStore({ maxSpans: 4 });
    store.addLogLines([line(2, 0)]);
    store.addSpans([group([span(0, 0), span(0, 1), span(1, 0)])]);
    store.addLogLines([line(1, 0)]);
    store.addSpans([group([0, 1, 2, 3].map((id) => span(3, id)))]);
    expect(tracesIn(store)).to.deep.equal([traceId(3)]);
    store.addSpans([group([span(0, 2), span(1, 1)])]);
    store.addLogLines([line(2, 1)]);
    expect(store.trace(traceId(0))).to.include({ lostSpans: true, lostLogLines: 0 });
    expect(store.trace(traceId(1))).to.include({ lostSpans: true, lostLogLines: 1 });
    expect(store.trace(traceId(2))).to.include({ lostSpans: false, lostLogLines: 1 });
  });

  it('says so too of a trace that was here for too long, and after it was evicted again', () => {
    let now = 0;
    const store = new TraceStore({ maxAgeMs: 1_000 }, () => now);
    store.addSpans([group([span(0, 0)])]);
    now = 2_000;
    expect(tracesIn(store)).to.deep.equal([]);
    store.addLogLines([line(0, 1)]);
    now = 4_000;
    expect(tracesIn(store)).to.deep.equal([]);
    store.addSpans([group([span(0, 2), span(1, 0)])]);
    expect(store.trace(traceId(0))).to.include({ lostSpans: true, lostLogLines: 1 });
    expect(store.trace(traceId(1))).to.include({ lostSpans: false, lostLogLines: 0 });
  });

  it('forgets the first of the evicted traces when there are more than eleven thousand, and remembers the last ten thousand', () => {
    const store = new TraceStore({ maxSpans: 1 });
    for (let trace = 0; trace <= 11_001; trace++) store.addSpans([group([span(trace, 0)])]);
    store.addSpans([group([span(1_001, 1)])]);
    expect(store.trace(traceId(1_001))?.lostSpans).to.equal(true);
    store.addSpans([group([span(1_000, 1)])]);
    expect(store.trace(traceId(1_000))?.lostSpans).to.equal(false);
  });

  it('drops the first log lines of a trace when that trace has too many, and counts them', () => {
    const store = new TraceStore({ maxLogLinesPerTrace: 2 });
    store.addLogLines(['a', 'b', 'c'].map((body) => line(0, 0, body)));
    expect(store.trace(traceId(0))?.logLines.map((held) => held.line.body)).to.deep.equal(['b', 'c']);
    expect(store.trace(traceId(0))?.lostLogLines).to.equal(1);
  });

  it('drops traces when spans, log lines or resources have too many bytes', () => {
    const big = 'x'.repeat(10_000);
    const store = new TraceStore({ maxBytes: 50_000 });
    for (let trace = 0; trace < 20; trace++) {
      store.addSpans([group([span(trace, 0, { attributes: { big } })])]);
      expect(store.held.bytes).to.be.below(50_000);
    }
    expect(tracesIn(store)).to.deep.equal([16, 17, 18, 19].map(traceId));
    for (let trace = 20; trace < 40; trace++) store.addLogLines([line(trace, 0, big)]);
    expect(tracesIn(store)).to.deep.equal([36, 37, 38, 39].map(traceId));
    expect(store.held).to.include({ spans: 0, dropped: 20 });
    for (let trace = 40; trace < 60; trace++) store.addSpans([group([span(trace, 0)], 'orders', { big: `${trace}${big}` })]);
    // An origin is there as itself and as the key that it is found by.
    expect(tracesIn(store)).to.deep.equal([58, 59].map(traceId));
    expect(store.held.bytes).to.be.below(50_000);
  });

  it('keeps what a limit leaves room for, where one trace alone is beyond it', () => {
    const store = new TraceStore({ maxBytes: 30_000, maxSpans: 10 });
    const big = 'x'.repeat(5_000);
    store.addLogLines([line(0, 0, big)]);
    store.addSpans([group(Array.from({ length: 8 }, (_, id) => span(0, id, { attributes: { big } })))]);
    // The log line went before any span.
    expect(spansOf(store, 0)).to.deep.equal(['span 3', 'span 4', 'span 5', 'span 6', 'span 7']);
    expect(store.trace(traceId(0))?.logLines).to.deep.equal([]);
    expect(store.trace(traceId(0))?.lostSpans).to.equal(true);
    store.addSpans([group(Array.from({ length: 20 }, (_, id) => span(1, id)))]);
    expect(store.held).to.include({ traces: 1, spans: 10 });
    // A span that is beyond it by itself.
    store.addSpans([group([span(2, 0, { attributes: { big: 'x'.repeat(50_000) } })])]);
    expect(store.held).to.include({ traces: 0, spans: 0, bytes: 0 });
    store.addLogLines([line(3, 0, 'x'.repeat(50_000))]);
    expect(store.held).to.include({ traces: 0, bytes: 0 });
  });

  it('drops a trace when nothing was added to it for some time', () => {
    let now = 0;
    const store = new TraceStore({ maxAgeMs: 1_000 }, () => now);
    store.addSpans([group([span(0, 0), span(1, 0)])]);
    now = 900;
    store.addSpans([group([span(0, 1)])]);
    now = 1_001;
    expect(tracesIn(store)).to.deep.equal([traceId(0)]);
    expect(store.trace(traceId(1))).to.equal(undefined);
    now = 1_901;
    expect(store.held).to.include({ traces: 0, spans: 0, bytes: 0, dropped: 3 });
  });

  it('counts the size of its link index, and frees it with the traces', () => {
    const bytesWith = (targets: number): number => {
      let now = 0;
      const store = new TraceStore({ maxAgeMs: 1 }, () => now);
      const links = Array.from({ length: 1_000 }, (_, index) => linkTo(1 + (index % targets), index));
      store.addSpans([group([span(0, 0, { links }), span(0, 1, { links })])]);
      const { bytes } = store.held;
      now = 2;
      expect(store.held).to.include({ spans: 0, bytes: 0 });
      return bytes;
    };
    // Twice as much as the links themselves: 383 bytes for each were measured.
    expect(bytesWith(1_000) - bytesWith(1)).to.be.above(999 * 350);
  });

  it('keeps a repeated span once, in its last version', () => {
    const store = new TraceStore();
    store.addSpans([group([span(0, 0, { name: 'first', links: [linkTo(1, 0)] })])]);
    const { bytes } = store.held;
    store.addSpans([group([span(0, 0, { name: 'again', links: [linkTo(2, 0)] })])]);
    expect(spansOf(store, 0)).to.deep.equal(['again']);
    expect(store.held).to.include({ spans: 1, bytes, dropped: 0 });
    expect([...store.tracesLinkingTo(traceId(1))]).to.deep.equal([]);
    expect([...store.tracesLinkingTo(traceId(2))]).to.deep.equal([traceId(0)]);
  });

  it('finds the traces that link to a trace, whichever came first', () => {
    const store = new TraceStore({ maxSpans: 3 });
    store.addSpans([group([span(1, 0, { links: [linkTo(0, 0), linkTo(0, 1), linkTo(0, 0)] })])]);
    expect([...store.tracesLinkingTo(traceId(0))]).to.deep.equal([traceId(1)]);
    store.addSpans([group([span(0, 0), span(2, 0, { links: [linkTo(0, 0)] })])]);
    expect([...store.spansLinkingTo(traceId(0))].map((held) => held.span.traceId)).to.deep.equal([traceId(1), traceId(2)]);
    store.addSpans([group([span(3, 0)])]);
    expect([...store.tracesLinkingTo(traceId(0))]).to.deep.equal([traceId(2)]);
  });

  it('keeps a resource once, however many spans and requests have it', () => {
    const store = new TraceStore();
    const resource = { big: 'x'.repeat(100_000) };
    for (let id = 0; id < 100; id++) store.addSpans([group([span(id, 0)], 'orders', resource)]);
    expect(store.held.bytes).to.be.below(400_000);
    const [first, second] = [...store.traces()].flatMap((trace) => [...trace.spans.values()]);
    expect(first?.shared).to.equal(second?.shared);
  });

  it('keeps its limits and counts under any sequence of additions', () => {
    const limits: Required<StoreLimits> = { maxSpans: 12, maxSpansPerTrace: 5, maxLogLinesPerTrace: 3, maxBytes: 20_000, maxAgeMs: 50 };
    const small = fc.nat(6);
    const step = fc.oneof(
      fc.record({
        spans: fc.array(fc.tuple(small, small, fc.array(fc.tuple(small, small), { maxLength: 2 }), fc.nat(3_000)), { maxLength: 8 }),
        service: fc.constantFrom('a', 'b'),
      }),
      fc.record({ lines: fc.array(fc.tuple(small, small, fc.nat(3_000)), { maxLength: 5 }) }),
      fc.record({ wait: fc.nat(30) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let now = 0;
        const store = new TraceStore(limits, () => now);
        for (const given of steps) {
          if ('wait' in given) now += given.wait;
          else if ('lines' in given) store.addLogLines(given.lines.map(([trace, id, length]) => line(trace, id, 'x'.repeat(length))));
          else {
            const spans = given.spans.map(([trace, id, links, length]) =>
              span(trace, id, { links: links.map(([t, i]) => linkTo(t, i)), statusMessage: 'x'.repeat(length) }),
            );
            store.addSpans([group(spans, given.service)]);
          }
          expectSound(store, limits, now);
        }
        now += 51;
        expect(store.held).to.include({ traces: 0, spans: 0, bytes: 0 });
        for (let trace = 0; trace < 7; trace++) expect([...store.spansLinkingTo(traceId(trace))]).to.deep.equal([]);
      }),
      { numRuns: 200 },
    );
  });
});

function expectSound(store: TraceStore, limits: Required<StoreLimits>, now: number): void {
  const traces = [...store.traces()];
  const spans = traces.flatMap((trace) => [...trace.spans.values()]);
  expect(store.held).to.include({ traces: traces.length, spans: spans.length });
  expect(spans.length).to.be.at.most(limits.maxSpans);
  expect(store.held.bytes).to.be.within(0, limits.maxBytes);
  for (const trace of traces) {
    expect(trace.spans.size).to.be.at.most(limits.maxSpansPerTrace);
    expect(trace.logLines.length).to.be.at.most(limits.maxLogLinesPerTrace);
    expect(trace.changedAt).to.be.at.least(now - limits.maxAgeMs);
  }
  for (const target of traces) {
    const linking = spans.filter(({ span: { links } }) => links.some((link) => link.traceId === target.traceId));
    expect([...store.spansLinkingTo(target.traceId)]).to.have.members(linking);
  }
}
