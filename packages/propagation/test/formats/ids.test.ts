import { expect } from 'chai';
import fc from 'fast-check';
import { isHexCode, isId } from '../../src/formats/ids.ts';
import { charOf, damaged, hexId } from '../trace-context.ts';

describe('isId', () => {
  it('accepts what a regular expression accepts, whatever the text', () => {
    const text = fc.oneof(
      damaged(hexId(32)),
      fc.string({ unit: charOf('0f\u0130\u{1f600}\u00b0\u0080\uff10'), maxLength: 20 }),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (id) => {
        expect(isId(id, 0, id.length)).to.equal(/^(?!0*$)[0-9a-f]+$/.test(id) && !id.includes('\n'));
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses what goes beyond the end', () => {
    expect(isId('ab', 0, 3)).to.equal(false);
  });

  it('refuses zeros', () => {
    expect(isId('0'.repeat(32), 0, 32)).to.equal(false);
  });
});

describe('isHexCode', () => {
  it('accepts sixteen of all codes', () => {
    const accepted = Array.from({ length: 0x1_0000 }, (_, code) => code).filter(isHexCode);
    expect(String.fromCharCode(...accepted)).to.equal('0123456789abcdef');
  });
});
