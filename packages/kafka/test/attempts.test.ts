import { expect } from 'chai';
import { Attempts } from '../src/attempts.ts';

describe('Attempts', () => {
  it('counts on only for the message that failed last in its partition', () => {
    const attempts = new Attempts();
    expect(attempts.at('orders', 0, '5')).to.equal(1);
    attempts.failed('orders', 0, '5', 1);
    expect(attempts.at('orders', 0, '5')).to.equal(2);
    expect(attempts.at('orders', 0, '6')).to.equal(1);
    expect(attempts.at('orders', 1, '5')).to.equal(1);
    expect(attempts.at('other', 0, '5')).to.equal(1);
    attempts.failed('orders', 0, '5', 2);
    expect(attempts.at('orders', 0, '5')).to.equal(3);
  });

  it('forgets a partition where something was handled', () => {
    const attempts = new Attempts();
    attempts.failed('orders', 0, '5', 1);
    attempts.failed('orders', 1, '5', 1);
    attempts.succeeded('orders', 0);
    expect(attempts.at('orders', 0, '5')).to.equal(1);
    expect(attempts.at('orders', 1, '5')).to.equal(2);
  });
});
