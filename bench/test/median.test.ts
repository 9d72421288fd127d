import { expect } from 'chai';
import { median } from '../measure/median.ts';

describe('median', () => {
  it('is the middle value, whatever the order', () => {
    expect(median([9, 1, 5])).to.equal(5);
  });

  it('is the mean of the two in the middle of an even count', () => {
    expect(median([8, 2, 4, 100])).to.equal(6);
  });

  it('is not a number when there is nothing to measure', () => {
    expect(median([])).to.be.NaN;
  });
});
