import { once } from 'node:events';
import { expect } from 'chai';
import { Attempt } from '../../../src/subscribe/attempt/attempt.ts';
import { Abandoned, BatchDeadline } from '../../../src/subscribe/attempt/batch-deadline.ts';
import { Delivery } from '../../../src/subscribe/partitions/delivery.ts';
import { PartitionLog } from '../../../src/subscribe/partitions/partition-log.ts';

describe('a batch deadline', () => {
  function begin(deadline: BatchDeadline): Attempt {
    const message = { key: null, value: null, timestamp: '1', offset: '0', attributes: 0, headers: {} };
    const delivery = new Delivery(new PartitionLog('t', 0, undefined), message, 0);
    const attempt = new Attempt(delivery, deadline, undefined, undefined, undefined);
    deadline.began(attempt);
    return attempt;
  }

  it('aborts each attempt at its own timeout, with one timer for all', async () => {
    const deadline = new BatchDeadline(async () => {}, 50);
    const aborted: number[] = [];
    const late: Promise<unknown>[] = [];
    for (let index = 0; index < 3; index++) {
      const attempt = begin(deadline);
      late.push(once(attempt.signal, 'abort').then(() => aborted.push(performance.now() - attempt.startedAt)));
      deadline.ended(begin(deadline));
      await once(AbortSignal.timeout(20), 'abort');
    }
    await Promise.all(late);
    deadline.close();
    for (const age of aborted) expect(age).to.be.at.least(50);
  });

  it('abandons attempts that have not ended at the timeout, and every wait that starts after it', async () => {
    const deadline = new BatchDeadline(async () => {}, undefined);
    const attempt = begin(deadline);
    const left = deadline.orAbandoned(attempt, new Promise(() => {})).catch((error: unknown) => error);
    deadline.end(new Error('The subscription drains'), { grace: 0, timeout: 1 });
    expect(await left).to.be.instanceOf(Abandoned);
    const after = await deadline.orAbandoned(begin(deadline), Promise.resolve('done')).catch((error: unknown) => error);
    expect(after).to.be.instanceOf(Abandoned);
    expect(attempt.signal.reason).to.have.property('message', 'The subscription drains');
    deadline.close();
  });

  it('keeps the shorter ones of two limits, whichever come first', async () => {
    for (const [first, second] of [
      [60_000, 1],
      [1, 60_000],
    ] as const) {
      const deadline = new BatchDeadline(async () => {}, undefined);
      const attempt = begin(deadline);
      const left = deadline.orAbandoned(attempt, new Promise(() => {})).catch((error: unknown) => error);
      deadline.lose(new Error('a rebalance'), { grace: first, timeout: first });
      deadline.end(new Error('The subscription drains'), { grace: second, timeout: second });
      expect(await left).to.be.instanceOf(Abandoned);
      expect(attempt.signal.reason).to.have.property('message', 'The group takes the partition away');
      deadline.close();
    }
  });

  it('keeps the limits of a drain when it loses its partition meanwhile, and has no timers once it is closed', () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const deadline = new BatchDeadline(async () => {}, undefined);
    const attempt = begin(deadline);
    deadline.end(new Error('The subscription drains'), { grace: 60_000, timeout: 60_000 });
    deadline.lose(new Error('a rebalance'), { grace: 0, timeout: 0 });
    expect(deadline.isEnding).to.equal(true);
    expect(timers()).to.equal(before + 2);
    deadline.ended(attempt);
    deadline.close();
    deadline.end(new Error('too late'), { grace: 0, timeout: 0 });
    expect(timers()).to.equal(before);
  });
});
