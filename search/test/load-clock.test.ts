import { expect } from 'chai';
import { afterLoadTime, countedTime, loadTime } from '../judge/load-clock.ts';

describe('the clock that measures waits', () => {
  it('counts the time of an idle event loop in full', () => {
    for (const turn of [0, 5, 20]) expect(countedTime(turn)).to.equal(turn);
  });

  it('counts less the longer a turn of the event loop takes', () => {
    expect(countedTime(40)).to.equal(10);
    expect(countedTime(400)).to.equal(1);
  });

  it('does not end a wait while the event loop is blocked', async () => {
    const before = loadTime();
    const late = Promise.withResolvers<void>();
    afterLoadTime(60, late.resolve);
    const since = performance.now();
    while (performance.now() - since < 300);
    expect(loadTime() - before).to.be.below(60);
    await late.promise;
    expect(loadTime() - before).to.be.at.least(60);
  });
});
