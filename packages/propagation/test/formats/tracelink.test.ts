import { expect } from 'chai';
import fc from 'fast-check';
import { formatTraceProgress, parseTraceProgress } from '../../src/formats/tracelink.ts';

import { remote, spanA, traceA } from '../trace-context.ts';

describe('tracelink-trace', () => {
  it('reads back what it writes', () => {
    const progress = fc.record({
      hops: fc.integer({ min: 1, max: 10_000 }),
      since: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      span: fc.constantFrom(undefined, remote(traceA, spanA)),
    });
    fc.assert(fc.property(progress, (one) => void expect(parseTraceProgress(formatTraceProgress(one))).to.deep.equal(one)));
  });

  it('stays at 10,000 hops, so that an endless loop remains visible', () => {
    expect(formatTraceProgress({ hops: 10_001, since: 1, span: undefined })).to.equal('hops=10000;since=1');
  });

  for (const bad of [
    '',
    'hops=0;since=1',
    'hops=10001;since=1',
    'hops=1;since=0',
    'hops=1;since=9999999999999999',
    'hops=1',
    'hops=1;since=1;',
    'hops=-1;since=1',
    ' hops=1;since=1',
    `hops=1;since=1;span=00-${'0'.repeat(32)}-${spanA}-01`,
    `hops=1;since=1;span=${traceA}-${spanA}`,
  ]) {
    it(`refuses "${bad}"`, () => expect(parseTraceProgress(bad)).to.equal(undefined));
  }
});
