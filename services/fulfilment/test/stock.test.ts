import { expect } from 'chai';
import { packingCode } from '../src/packing-code.ts';
import { Stock } from '../src/stock.ts';

describe('Stock', () => {
  it('takes from the article’s own shelf, and from no other', () => {
    const stock = new Stock();
    expect(stock.reserve('o1', 'tea', 3)).to.deep.equal({ sku: 'tea', quantity: 3, left: 9_997 });
    expect(stock.reserve('o2', 'tea', 7).left).to.equal(9_990);
    expect(stock.reserve('o3', 'coffee', 1).left).to.equal(9_999);
  });

  it('reserves once when an order is delivered twice', () => {
    const stock = new Stock();
    const first = stock.reserve('o1', 'tea', 3);
    expect(stock.reserve('o1', 'tea', 3)).to.equal(first);
    expect(stock.reserve('o2', 'tea', 1).left).to.equal(9_996);
  });

  it('buys as many lots as the order needs', () => {
    const stock = new Stock();
    expect(stock.reserve('o1', 'tea', 10_000).left).to.equal(0);
    expect(stock.reserve('o2', 'tea', 1).left).to.equal(9_999);
    expect(stock.reserve('o3', 'tea', 25_000).left).to.equal(4_999);
  });

  it('forgets the oldest of more than 10 000 orders', () => {
    const stock = new Stock();
    for (let order = 0; order <= 10_000; order += 1) stock.reserve(`o${order}`, 'tea', 1);
    expect(stock.reserve('o5000', 'tea', 1).left).to.equal(4_999);
    expect(stock.reserve('o0', 'tea', 1).left).to.equal(9_998);
  });
});

describe('packingCode', () => {
  it('is the same for the same order and 16 hex digits long', async () => {
    const code = await packingCode('o1', 'tea');
    expect(code).to.match(/^[0-9a-f]{16}$/);
    expect(await packingCode('o1', 'tea')).to.equal(code);
    expect(await packingCode('o2', 'tea')).not.to.equal(code);
  });
});
