import { expect } from 'chai';
import { Attempts } from '../../src/consumer/attempts.ts';
import { a, b } from '../support/telemetry/creation-contexts.ts';

describe('Attempts', () => {
  it('counts the attempts of the message that failed last in its partition, and remembers the failed attempt’s span', () => {
    const attempts = new Attempts();
    expect(attempts.at('orders', 0, '5')).to.deep.equal({ number: 1 });
    attempts.failed('orders', 0, '5', 1, a);
    expect(attempts.at('orders', 0, '5')).to.deep.equal({ number: 2, previous: a });
    expect(attempts.at('orders', 0, '6')).to.deep.equal({ number: 1 });
    expect(attempts.at('orders', 1, '5')).to.deep.equal({ number: 1 });
    expect(attempts.at('other', 0, '5')).to.deep.equal({ number: 1 });
    attempts.failed('orders', 0, '5', 2, b);
    expect(attempts.at('orders', 0, '5')).to.deep.equal({ number: 3, previous: b });
  });

  it('forgets a partition when a message of it succeeds', () => {
    const attempts = new Attempts();
    attempts.failed('orders', 0, '5', 1, a);
    attempts.failed('orders', 1, '5', 1, a);
    attempts.succeeded('orders', 0);
    expect(attempts.at('orders', 0, '5').number).to.equal(1);
    expect(attempts.at('orders', 1, '5').number).to.equal(2);
  });
});
