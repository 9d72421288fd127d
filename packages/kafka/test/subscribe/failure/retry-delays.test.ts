import { expect } from 'chai';
import { RetrySchedule, retryDelay, type RetryDelay } from '../../../src/subscribe/failure/retry-delays.ts';

describe('the delays of retry topics', () => {
  const schedule = new RetrySchedule(
    ['5s', '1m', '10m'].map((name) => retryDelay(name) as RetryDelay),
    4,
  );
  const waits = (retries: number, asked?: number): readonly unknown[] => {
    const next = schedule.next(retries, asked);
    return [next?.delay.name, next?.wait];
  };

  it('are whole numbers of a unit', () => {
    const delays = ['1ms', '5s', '10m', '2h', '1d'].map((name) => retryDelay(name)?.ms);
    expect(delays).to.deep.equal([1, 5_000, 600_000, 7_200_000, 86_400_000]);
    for (const wrong of ['', '5', 's', '0s', '-1s', '1.5s', '5 s', '5S', '1w', '1234567s', 5, null, undefined])
      expect(retryDelay(wrong)).to.equal(undefined);
  });

  it('apply one after the other, the last one repeatedly, up to maxRetries', () => {
    expect([0, 1, 2, 3, 4].map((retries) => waits(retries)[0])).to.deep.equal(['5s', '1m', '10m', '10m', undefined]);
  });

  it('are the first one that is long enough when the handler asks for a delay', () => {
    expect(waits(2, 0)).to.deep.equal(['5s', 0]);
    expect(waits(0, 5_000)).to.deep.equal(['5s', 5_000]);
    expect(waits(0, 5_001)).to.deep.equal(['1m', 5_001]);
    expect(waits(0, schedule.longest)).to.deep.equal(['10m', 600_000]);
    expect(waits(4, 1)).to.deep.equal([undefined, undefined]);
  });
});
