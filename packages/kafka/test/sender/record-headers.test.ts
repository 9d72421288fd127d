import { expect } from 'chai';
import { isForAnotherGroup, REPLAY_GROUP_HEADER, replayGroupValue } from '../../src/sender/record-headers.ts';

describe('the header tracelink-replay-group', () => {
  const of = (value: unknown): boolean => isForAnotherGroup({ [REPLAY_GROUP_HEADER]: value as string }, 'orders', 'packing');

  it('excludes every group but the named one, in the named topic', () => {
    expect(of('orders packing')).to.equal(false);
    expect(of('orders billing')).to.equal(true);
    expect(of('orders packing team')).to.equal(true);
    expect(of('orders.late billing')).to.equal(false);
    expect(of(replayGroupValue('orders', 'with spaces'))).to.equal(true);
  });

  it('is read from bytes, and from the last of several values', () => {
    expect(of(Buffer.from('orders billing'))).to.equal(true);
    expect(of([Buffer.from('orders billing'), Buffer.from('orders packing')])).to.equal(false);
    expect(of(['orders packing', 'orders billing'])).to.equal(true);
  });

  it('excludes no group when it is absent or invalid', () => {
    for (const value of [undefined, null, '', 'orders', 'orders ', ' billing', [], [null], 7, {}, Buffer.from([0xff])])
      expect(of(value), JSON.stringify(value)).to.equal(false);
    expect(isForAnotherGroup(undefined, 'orders', 'packing')).to.equal(false);
  });
});
