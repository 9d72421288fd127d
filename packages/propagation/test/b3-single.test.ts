import { ROOT_CONTEXT, type SpanContext, defaultTextMapGetter, trace } from '@opentelemetry/api';
import { B3Propagator } from '@opentelemetry/propagator-b3';
import { expect } from 'chai';
import fc from 'fast-check';
import { formatB3Single, parseB3Single } from '../src/formats/b3.ts';
import { damaged, hexId, remote, spanA, spanB, spanContext, spanId, traceA, traceId } from './trace-context.ts';

const official = new B3Propagator();
// The grammar of the B3 specification as one expression: the parser by character codes has to accept exactly this.
const grammar = /^(?:([0-9a-f]{32}|[0-9a-f]{16})-([0-9a-f]{16})(?:-[01d])?(?:-([0-9a-f]{16}))?|[01d])$/;

function officialParse(b3: string): SpanContext | undefined {
  return trace.getSpanContext(official.extract(ROOT_CONTEXT, { b3 }, defaultTextMapGetter));
}

const texts = fc
  .tuple(
    fc.oneof(traceId, hexId(16)),
    spanId,
    fc.constantFrom('', '-0', '-1', '-d', '-2', '-'),
    fc.oneof(
      fc.constant(''),
      spanId.map((id) => `-${id}`),
    ),
  )
  .map((parts) => `${parts[0]}-${parts[1]}${parts[2]}${parts[3]}`);

describe('b3, single header', () => {
  it('reads back what it writes, in every state', () => {
    fc.assert(
      fc.property(spanContext, fc.boolean(), (context, debug) => {
        const carried = parseB3Single(formatB3Single(context, debug));
        const traceFlags = debug ? 1 : context.traceFlags & 1;
        expect(carried).to.deep.equal({ context: { ...context, traceFlags }, sampling: traceFlags === 1 ? 'inherit' : 'deny', debug });
      }),
    );
  });

  it('agrees with OpenTelemetry on every text that both accept, and accepts the grammar of the specification exactly', () => {
    fc.assert(
      fc.property(damaged(texts), (text) => {
        const ours = parseB3Single(text);
        const theirs = officialParse(text);
        if (ours?.context !== undefined && theirs !== undefined) expect(ours.context).to.deep.equal(theirs);
        const match = grammar.exec(text);
        const zero = [match?.[1], match?.[2], match?.[3]].some((id) => id !== undefined && /^0+$/.test(id));
        expect(ours !== undefined, text).to.equal(match !== null && !zero);
      }),
      { numRuns: 5000 },
    );
  });

  for (const text of [`zzz${traceA}-${spanA}-1zzz`, `${traceA}${traceA}-${spanA}-1`, `${traceA}-${spanA}-x`, `${traceA}-${spanA}-`]) {
    it(`refuses "${text}", in which OpenTelemetry finds a context (2.12)`, () => {
      expect(parseB3Single(text)).to.equal(undefined);
      expect(officialParse(text)).to.not.equal(undefined);
    });
  }

  it('keeps a state that stands alone, which OpenTelemetry loses (2.2, 2.10)', () => {
    expect(parseB3Single('0')).to.deep.equal({ context: undefined, sampling: 'deny', debug: false });
    expect(parseB3Single('1')).to.deep.equal({ context: undefined, sampling: 'inherit', debug: false });
    expect(parseB3Single('d')).to.deep.equal({ context: undefined, sampling: 'inherit', debug: true });
    expect(officialParse('0')).to.equal(undefined);
  });

  it('reads ids without a state as deferred (2.11)', () => {
    expect(parseB3Single(`${traceA}-${spanA}`)).to.deep.equal({ context: remote(traceA, spanA, 0), sampling: 'defer', debug: false });
    expect(parseB3Single(`${traceA}-${spanA}-${spanB}`)?.sampling).to.equal('defer');
  });

  it('pads a trace id of 64 bits and drops the parent id', () => {
    const carried = parseB3Single(`a3ce929d0e0e4736-${spanA}-1-${spanB}`);
    expect(carried?.context).to.deep.equal(remote('0000000000000000a3ce929d0e0e4736', spanA));
  });

  it('refuses zeros and capital digits', () => {
    expect(parseB3Single(`${'0'.repeat(32)}-${spanA}-1`)).to.equal(undefined);
    expect(parseB3Single(`${traceA}-${'0'.repeat(16)}-1`)).to.equal(undefined);
    expect(parseB3Single(`${traceA.toUpperCase()}-${spanA}-1`)).to.equal(undefined);
  });
});
