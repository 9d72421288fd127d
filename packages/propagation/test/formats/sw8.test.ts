import { expect } from 'chai';
import fc from 'fast-check';
import { formatSw8, formatSw8Correlation, parseSw8, parseSw8Correlation, sw8Attributes } from '../../src/formats/sw8.ts';
import { charOf } from '../trace-context.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((one) => one.isWellFormed());
const some = text.filter((one) => one !== '');
const sw8 = fc.record({
  sampled: fc.boolean(),
  traceId: some,
  segmentId: some,
  spanId: fc.nat({ max: 999_999 }),
  service: text,
  serviceInstance: text,
  endpoint: text,
  peer: text,
});

describe('sw8', () => {
  it('reads back what it writes', () => {
    fc.assert(fc.property(sw8, (one) => void expect(parseSw8(formatSw8(one))).to.deep.equal(one)));
  });

  it('tolerates missing base64 padding, and writes it again in full (interop 4)', () => {
    fc.assert(fc.property(sw8, (one) => void expect(parseSw8(formatSw8(one).replaceAll('=', ''))).to.deep.equal(one)));
    expect(formatSw8(parseSw8('1-YQ-Yg-3-cw-aQ-ZQ-cA')!)).to.equal('1-YQ==-Yg==-3-cw==-aQ==-ZQ==-cA==');
  });

  it('reads the form without ids and hands it on as it came (interop 4)', () => {
    const unsampled = parseSw8('1-------');
    expect(sw8Attributes(unsampled!)).to.deep.equal({});
    expect(formatSw8(unsampled!)).to.equal('1-------');
  });

  for (const bad of [
    '',
    '1',
    '2-YQ==-Yg==-3-cw==-aQ==-ZQ==-cA==',
    '1-Y!==-Yg==-3-cw==-aQ==-ZQ==-cA==',
    '1-YQ==-Yg==-x-cw==-aQ==-ZQ==-cA==',
    '1-YQ==-Yg==-3-cw==-aQ==-ZQ==',
    '1-/w==-Yg==-3-cw==-aQ==-ZQ==-cA==',
    '1-Y-Yg==-3-cw==-aQ==-ZQ==-cA==',
    '1-YQ-Yg-3-cw-aQ-ZQ-!',
  ]) {
    it(`refuses "${bad}"`, () => expect(parseSw8(bad)).to.equal(undefined));
  }

  it('returns a value for every text', () => {
    fc.assert(fc.property(fc.string({ unit: charOf('01-=AaZz+/ é') }), (any) => void [parseSw8(any), parseSw8Correlation(any)]));
  });
});

describe('sw8-correlation', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(some, text), { maxLength: 10 }), (entries) => {
        const map = new Map(entries);
        expect(parseSw8Correlation(formatSw8Correlation(map))).to.deep.equal(map);
      }),
    );
  });

  it('reads the empty text that the Python agent always writes', () => expect(parseSw8Correlation('')).to.deep.equal(new Map()));

  it('refuses what is not pairs of base64, and reads at most 64', () => {
    for (const bad of ['YQ==', 'YQ==:!', ':YQ==', 'YQ==:YQ==:YQ==', ',']) expect(parseSw8Correlation(bad), bad).to.equal(undefined);
    const many = Array.from({ length: 100 }, (_, index) => [`k${index}`, 'v'] as const);
    expect(parseSw8Correlation(formatSw8Correlation(new Map(many)))?.size).to.equal(64);
  });
});
