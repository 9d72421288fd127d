import { expect } from 'chai';
import { TransactionIndex } from '../../src/log/transaction-index.ts';

describe('TransactionIndex', () => {
  it('forgets the transactions that ended before an offset, and no others', () => {
    const index = new TransactionIndex();
    for (const firstOffset of [0, 2, 4]) {
      index.wrote({ producerId: 1, producerEpoch: 0, firstOffset });
      index.end(1, firstOffset + 1, false);
    }
    index.forgetBefore(3);
    expect(index.aborted(0, 10)).to.deep.equal([
      { producerId: 1, firstOffset: 2 },
      { producerId: 1, firstOffset: 4 },
    ]);
    index.forgetBefore(6);
    expect(index.aborted(0, 10)).to.deep.equal([]);
  });
});
