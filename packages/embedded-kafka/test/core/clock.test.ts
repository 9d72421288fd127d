import { expect } from 'chai';
import { Clock } from '../../src/core/clock.ts';
import { EmbeddedKafkaError } from '../../src/core/embedded-kafka-error.ts';

describe('Clock', () => {
  it('fires due timers in order, each at its own time, including those that a timer sets', () => {
    const clock = new Clock();
    const start = clock.now();
    const fired: [string, number][] = [];
    const note = (name: string): void => void fired.push([name, Math.round((clock.now() - start) / 1000)]);
    clock.setTimeout(() => note('third'), 30_000);
    clock.setTimeout(() => {
      note('first');
      clock.setTimeout(() => note('second'), 10_000);
    }, 10_000);
    clock.setTimeout(() => note('too late'), 41_000);

    clock.advance(40_000);

    expect(fired).to.deep.equal([
      ['first', 10],
      ['second', 20],
      ['third', 30],
    ]);
    expect(clock.now() - start).to.be.at.least(40_000);
  });

  it('fires a timer in real time too', async () => {
    const clock = new Clock();
    const { promise, resolve } = Promise.withResolvers<void>();
    clock.setTimeout(resolve, 5);
    const alive = setTimeout(() => {}, 10_000);
    await promise;
    clearTimeout(alive);
  });

  it('does not fire a timer that was cancelled once or twice', () => {
    const clock = new Clock();
    const timer = clock.setTimeout(() => expect.fail('it fired'), 10);
    timer.cancel();
    timer.cancel();
    clock.advance(1_000);
  });

  it('waits longer than a timer of Node can', () => {
    const clock = new Clock();
    let fired = 0;
    const month = 30 * 24 * 3_600_000;
    clock.setTimeout(() => (fired += 1), month);
    clock.advance(month - 1_000);
    expect(fired).to.equal(0);
    clock.advance(1_000);
    expect(fired).to.equal(1);
  });

  it('does not move when it is advanced by a negative or invalid number', () => {
    const clock = new Clock();
    const before = Date.now();
    for (const ms of [-1, NaN, Infinity, '5', null, 5n, new Date()])
      expect(() => clock.advance(ms as number))
        .to.throw(EmbeddedKafkaError, 'The clock moves forward only: ms must be a number of milliseconds of at least 0, not ')
        .with.property('code', 'invalid_option');
    expect(() => clock.advance('5' as never)).to.throw("not '5'");
    expect(clock.now()).to.be.within(before, Date.now());
  });
});
