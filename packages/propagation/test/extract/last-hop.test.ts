import { type SpanContext, diag, propagation as api, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { B3Propagator } from '@opentelemetry/propagator-b3';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Format, type KafkaPropagation, kafkaPropagation } from '../../src/index.ts';

const [ours, theirs] = ['0af7651916cd43dd8448eb211c80319c', '80f198ee56343ba864fe8b2a57d3eff7'];
const [first, hop, other] = ['b7ad6b7169203331', 'e457b5a2e4d86bd1', '00f067aa0ba902b7'];

const traceparent = (traceId: string, spanId: string): string => `00-${traceId}-${spanId}-01`;
const b3 = (traceId: string, spanId: string): string => `${traceId}-${spanId}-1`;
const multi = (traceId: string, spanId: string) => ({ 'X-B3-TraceId': traceId, 'X-B3-SpanId': spanId, 'X-B3-Sampled': '1' });
const ids = (context: SpanContext | undefined): string | undefined => context && `${context.traceId.slice(0, 4)}/${context.spanId}`;
const named = (traceId: string, spanId: string): string => `${traceId.slice(0, 4)}/${spanId}`;

const orders: readonly Format[][] = [
  ['w3c', 'b3'],
  ['b3', 'w3c'],
  ['b3multi', 'w3c', 'b3'],
];

// Both encodings are read, whichever is preferred.
const encodings: readonly Format[][] = [['b3'], ['b3multi'], ['b3multi', 'b3'], ['w3c', 'b3']];

describe('the last hop', () => {
  before('register what an application has', () => {
    api.setGlobalPropagator(new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new B3Propagator()] }));
  });
  after(() => api.disable());

  type Reader = readonly [string, KafkaPropagation];
  const reading = (extract: readonly Format[]): Reader => [`extract: ${extract.join(', ')}`, kafkaPropagation({ inject: ['b3'], extract })];
  const globally: Reader = ['the global propagator', kafkaPropagation()];
  const readBy = (propagation: KafkaPropagation, headers: object) => {
    const extraction = propagation.extract(headers, 'orders');
    const { creationContext, conflicts, brokenFrom } = extraction;
    expect(ids(propagation.creationContext(headers)), 'as a producer reads it').to.equal(ids(creationContext));
    return { parent: ids(creationContext), conflicts: conflicts.map(ids), brokenFrom: ids(brokenFrom) };
  };

  for (const [reader, propagation] of [...encodings.map(reading), globally]) {
    const read = (headers: object) => readBy(propagation, headers);

    describe(`in two encodings of B3, with ${reader}`, () => {
      it('is the context that we did not write, whichever encoding is stale', () => {
        const written = { 'tracelink-origin': traceparent(ours, first) };
        const expected = { parent: named(ours, hop), conflicts: [], brokenFrom: undefined };
        expect(read({ ...written, b3: b3(ours, first), ...multi(ours, hop) })).to.deep.equal(expected);
        expect(read({ ...written, ...multi(ours, first), b3: b3(ours, hop) })).to.deep.equal(expected);
      });

      it('stays in the trace that we wrote last, whichever encoding names another, which is a conflict', () => {
        const written = { 'tracelink-origin': traceparent(ours, first) };
        const expected = { parent: named(ours, first), conflicts: [named(theirs, hop)], brokenFrom: undefined };
        expect(read({ ...written, b3: b3(ours, first), ...multi(theirs, hop) })).to.deep.equal(expected);
        expect(read({ ...written, ...multi(ours, first), b3: b3(theirs, hop) })).to.deep.equal(expected);
        expect(read({ ...written, b3: [b3(ours, first), b3(theirs, hop)] })).to.deep.equal(expected);
      });
    });
  }

  for (const [reader, propagation] of [...orders.map(reading), globally]) {
    const read = (headers: object) => readBy(propagation, headers);

    describe(`with ${reader}`, () => {
      it('is the context that we did not write, where a hop wrote W3C beside our copied B3', () => {
        const headers = { b3: b3(ours, first), 'tracelink-origin': traceparent(ours, first), traceparent: traceparent(ours, hop) };
        expect(read(headers)).to.deep.equal({ parent: named(ours, hop), conflicts: [], brokenFrom: undefined });
      });

      it('is recognized at later hops by what we wrote last, not by the origin', () => {
        const headers = {
          b3: b3(ours, hop),
          'tracelink-origin': traceparent(ours, first),
          'tracelink-trace': `hops=2;since=1700000000000;span=${traceparent(ours, hop)}`,
          traceparent: traceparent(ours, other),
        };
        expect(read(headers)).to.deep.equal({ parent: named(ours, other), conflicts: [], brokenFrom: undefined });
      });

      it('stays in the trace that we wrote last where a hop began another beside it, which is a conflict', () => {
        const headers = { b3: b3(ours, first), 'tracelink-origin': traceparent(ours, first), traceparent: traceparent(theirs, hop) };
        expect(read(headers)).to.deep.equal({ parent: named(ours, first), conflicts: [named(theirs, hop)], brokenFrom: undefined });
      });

      it('broke the trace when only another one is left', () => {
        const headers = { 'tracelink-origin': traceparent(ours, first), traceparent: traceparent(theirs, hop) };
        expect(read(headers)).to.deep.equal({ parent: named(theirs, hop), conflicts: [], brokenFrom: named(ours, first) });
      });

      it('broke nothing when we started a new trace ourselves', () => {
        const headers = {
          traceparent: traceparent(theirs, hop),
          'tracelink-origin': traceparent(ours, first),
          'tracelink-trace': `hops=1;since=1700000000000;span=${traceparent(theirs, hop)}`,
        };
        expect(read(headers)).to.deep.equal({ parent: named(theirs, hop), conflicts: [], brokenFrom: undefined });
      });

      it('is the last of two traceparent headers: the one before is a conflict in another trace, and nothing in the same', () => {
        const repeated = (traceId: string) => ({ traceparent: [traceparent(traceId, first), traceparent(ours, hop)] });
        expect(read(repeated(theirs)).conflicts).to.deep.equal([named(theirs, first)]);
        expect(read(repeated(ours))).to.deep.equal({ parent: named(ours, hop), conflicts: [], brokenFrom: undefined });
      });

      it('stays in the trace that we wrote last where a hop appended the context of another, in each format', () => {
        const written = { 'tracelink-origin': traceparent(ours, first) };
        const appended = { ...written, traceparent: [traceparent(ours, first), traceparent(theirs, hop)] };
        const inTrace = { ...written, traceparent: [traceparent(ours, first), traceparent(ours, hop), traceparent(theirs, other)] };
        const both = { ...written, b3: [b3(ours, first), b3(theirs, hop)], traceparent: traceparent(theirs, hop) };
        const beside = { ...inTrace, b3: b3(ours, first) };
        const expected = { parent: named(ours, first), conflicts: [named(theirs, hop)], brokenFrom: undefined };
        const expectedInTrace = { parent: named(ours, hop), conflicts: [named(theirs, other)], brokenFrom: undefined };
        expect(read(appended)).to.deep.equal(expected);
        expect(read(both)).to.deep.equal(expected);
        expect(read(inTrace)).to.deep.equal(expectedInTrace);
        expect(read(beside)).to.deep.equal(expectedInTrace);
      });

      it('is not the B3 context that an earlier traceparent of the record names', () => {
        const headers = { b3: b3(ours, first), traceparent: [traceparent(ours, first), traceparent(ours, hop)] };
        expect(read(headers).parent).to.equal(named(ours, hop));
      });

      it('is the parent, or every context that is left is linked, whatever hops wrote, replaced, appended or copied', () => {
        const context = fc.record({ traceId: fc.constantFrom(ours, theirs), spanId: fc.constantFrom(first, hop, other) });
        const headers = fc.record({
          b3: fc.option(context, { nil: undefined }),
          traceparents: fc.array(context, { maxLength: 3 }),
          written: fc.option(context, { nil: undefined }),
          isFirstHop: fc.boolean(),
        });
        fc.assert(
          fc.property(headers, ({ b3: single, traceparents, written, isFirstHop }) => {
            const { parent, conflicts, brokenFrom } = read({
              ...(single && { b3: b3(single.traceId, single.spanId) }),
              ...(traceparents.length > 0 && { traceparent: traceparents.map(({ traceId, spanId }) => traceparent(traceId, spanId)) }),
              ...(written && { 'tracelink-origin': traceparent(isFirstHop ? written.traceId : ours, isFirstHop ? written.spanId : first) }),
              ...(written && !isFirstHop && { 'tracelink-trace': `hops=2;since=1;span=${traceparent(written.traceId, written.spanId)}` }),
            });
            const last = traceparents.at(-1);
            const candidates = [single, last].filter((each) => each !== undefined);
            expect(parent === undefined).to.equal(candidates.length === 0);
            if (parent === undefined) return;
            const trace = parent.slice(0, 4);
            // Ours before it, and repeats before the last, are older spans of the trace that goes on.
            const isOlder = (each: { traceId: string; spanId: string }): boolean =>
              each.traceId.startsWith(trace) &&
              ((written?.traceId === each.traceId && written.spanId === each.spanId) ||
                traceparents.some((one) => one.traceId === each.traceId && one.spanId === each.spanId));
            for (const each of [...candidates, ...traceparents]) {
              const name = named(each.traceId, each.spanId);
              if (name !== parent && !conflicts.includes(name)) expect(isOlder(each), `${name} is lost beside ${parent}`).to.equal(true);
            }
            const inOurs = [...candidates, ...traceparents].filter(({ traceId }) => traceId === written?.traceId);
            if (inOurs.length > 0) expect(trace).to.equal(written?.traceId.slice(0, 4));
            const fresh = inOurs.filter(({ spanId }) => spanId !== written?.spanId);
            if (fresh.length > 0) expect(parent).to.not.equal(written && named(written.traceId, written.spanId));
            expect(brokenFrom).to.equal(written && inOurs.length === 0 ? named(written.traceId, written.spanId) : undefined);
          }),
          { numRuns: 1_000 },
        );
      });
    });
  }

  for (const extract of [
    ['cloudevents', 'w3c'],
    ['w3c', 'cloudevents'],
    ['cloudevents', 'b3', 'w3c'],
  ] as const)
    it(`is never the span in which an event began, unless no hop left a context, read as ${extract.join(', then ')}`, () => {
      const propagation = kafkaPropagation({ inject: ['w3c'], extract });
      const ce = { ce_traceparent: traceparent(ours, first) };
      const written = { 'tracelink-origin': traceparent(ours, first), 'tracelink-trace': `hops=2;since=1;span=${traceparent(ours, hop)}` };
      const second = { ...ce, ...written, traceparent: traceparent(ours, hop) };
      expect(readBy(propagation, second)).to.deep.equal({ parent: named(ours, hop), conflicts: [], brokenFrom: undefined });
      const foreign = { ...ce, traceparent: `00-${theirs}-${hop}-00` };
      expect(readBy(propagation, foreign)).to.deep.equal({
        parent: named(theirs, hop),
        conflicts: [named(ours, first)],
        brokenFrom: undefined,
      });
      expect(ids(propagation.extract(ce, 'orders').creationContext)).to.equal(named(ours, first));
      expect(propagation.creationContext(ce), 'of a message that its application made').to.equal(undefined);
    });

  it('is counted as missed, once, when it wrote a format that is not read', () => {
    const warnings: string[] = [];
    const [warn, drop] = [(...texts: unknown[]) => warnings.push(texts.join(' ')), () => {}];
    diag.setLogger({ error: drop, warn, info: drop, debug: drop, verbose: drop }, { suppressOverrideMessage: true });
    const propagation = kafkaPropagation({ inject: ['b3'], extract: ['b3'] });
    for (const headers of [{ b3: b3(ours, first) }, { baggage: 'a=b' }, { b3: '0', traceparent: 'broken' }])
      propagation.extract(headers, 'orders');
    expect(warnings).to.deep.equal([]);
    for (let times = 0; times < 3; times++) propagation.extract({ traceparent: traceparent(ours, hop) }, 'orders');
    diag.disable();
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/"w3c" alone.*option "extract"/);
  });

  it('keeps the sampling decision of the context that is taken', () => {
    const propagation = kafkaPropagation({ inject: ['b3'], extract: ['b3', 'w3c'] });
    const stale = { b3: `${ours}-${first}-0`, 'tracelink-origin': `00-${ours}-${first}-00`, traceparent: traceparent(ours, hop) };
    const extraction = propagation.extract(stale, 'orders');
    expect(extraction).to.include({ sampling: 'inherit' });
    expect(trace.getSpanContext(extraction.asParent())).to.include({ spanId: hop, traceFlags: 1 });
    const repeated = propagation.extract(
      { ...stale, b3: [stale.b3, b3(theirs, other)], traceparent: traceparent(theirs, other) },
      'orders',
    );
    expect(repeated).to.include({ sampling: 'deny' });
    expect(trace.getSpanContext(repeated.asParent())).to.include({ spanId: first, traceFlags: 0 });
  });

  it('is not marked for debugging by the context of a trace that is not taken', () => {
    const propagation = kafkaPropagation({ inject: ['b3'], extract: ['b3', 'jaeger', 'w3c'] });
    const written = { 'tracelink-origin': traceparent(ours, first), traceparent: traceparent(ours, first) };
    const theirDebug = { ...written, b3: b3(theirs, hop), 'uber-trace-id': `${theirs}:${hop}:0:3` };
    expect(propagation.extract(theirDebug, 'orders')).to.include({ sampling: 'inherit', debug: false });
    const ourDebug = { ...written, b3: b3(theirs, hop), 'uber-trace-id': `${ours}:${first}:0:3` };
    expect(propagation.extract({ ...ourDebug, traceparent: [] }, 'orders')).to.include({ debug: true });
    const twice = kafkaPropagation({ inject: ['b3'], extract: ['b3', 'w3c', 'jaeger'] });
    expect(twice.extract(ourDebug, 'orders'), 'beside the same span without the flag').to.include({ debug: true });
    expect(twice.extract({ ...written, b3: 'd' }, 'orders'), 'by a state alone').to.include({ debug: true });
  });

  it('is denied by a state that stands alone, whichever context is taken', () => {
    const propagation = kafkaPropagation({ inject: ['b3'], extract: ['b3', 'w3c'] });
    const traceparents = [traceparent(ours, first), traceparent(theirs, hop)];
    const extraction = propagation.extract({ b3: '0', 'tracelink-origin': traceparent(ours, first), traceparent: traceparents }, 'orders');
    expect(extraction).to.include({ sampling: 'deny', debug: false });
    expect(trace.getSpanContext(extraction.asParent())).to.include({ spanId: first, traceFlags: 0 });
  });
});
