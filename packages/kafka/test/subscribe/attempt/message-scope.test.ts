import { expect } from 'chai';
import { AttemptScope } from '../../../src/subscribe/attempt/message-scope.ts';

describe('the scope of an attempt', () => {
  const scope = (longest: number | undefined = 60_000): AttemptScope => new AttemptScope(1, 0, async () => {}, longest);

  it('takes a delay from 0 to the longest retry delay, and rejects other values', () => {
    for (const ms of [0, 0.5, 60_000]) {
      const asked = scope();
      expect(() => asked.retryLater(ms)).to.throw('The handler asked for a retry');
      expect(asked.asked).to.include({ ms });
    }
    for (const ms of [NaN, -1, -0.1, 60_001, 1e12, Infinity, -Infinity, '5', 5n, null, undefined, {}, [5], Symbol('s')]) {
      const asked = scope();
      expect(() => asked.retryLater(ms as number)).to.throw(RangeError, /retryLater takes from 0 to 60000 ms/);
      expect(asked.asked).to.equal(undefined);
    }
  });

  it('keeps the first request of the handler', () => {
    const asked = scope();
    expect(() => asked.deadLetter('sold out')).to.throw('sold out');
    expect(() => asked.retryLater(1)).to.throw('sold out');
    expect(asked.asked).to.have.property('message', 'sold out');
  });

  it('has one signal with the reason that aborted it first, also when the handler reads it later', () => {
    for (const isEarly of [true, false]) {
      const aborted = scope();
      const early = isEarly ? aborted.signal : undefined;
      aborted.abort(new Error('first'));
      aborted.abort(new Error('second'));
      expect(aborted.signal).to.equal(early ?? aborted.signal);
      expect(aborted.signal.reason).to.have.property('message', 'first');
    }
  });
});
