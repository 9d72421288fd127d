import { inspect } from 'node:util';
import { expect } from 'chai';
import { recordTimestamp } from '../../src/client/record.ts';

describe('recordTimestamp', () => {
  it('returns milliseconds for a time that is text or a number', () => {
    expect(recordTimestamp('1700000000000')).to.equal(1_700_000_000_000);
    expect(recordTimestamp(1_700_000_000_000)).to.equal(1_700_000_000_000);
    expect(recordTimestamp('1')).to.equal(1);
  });

  for (const none of ['-1', -1, '0', 0, '', 'yesterday', undefined, null, Number.NaN, Infinity, '1e400', 1.5, 2n ** 60n, new Date(5), {}]) {
    it(`returns undefined for ${typeof none} ${inspect(none)}`, () => {
      expect(recordTimestamp(none)).to.equal(undefined);
    });
  }
});
