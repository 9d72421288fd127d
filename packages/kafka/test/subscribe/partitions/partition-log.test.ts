import { expect } from 'chai';
import { OffsetTracker } from '../../../src/subscribe/partitions/offset-tracker.ts';
import { PartitionLog } from '../../../src/subscribe/partitions/partition-log.ts';

describe('a partition log', () => {
  const begun = (): PartitionLog => {
    const log = new PartitionLog('orders', 0, undefined);
    log.restart(0n, 0);
    return log;
  };

  it('has no latest timestamp once a record has a timestamp beyond which none can be queried', () => {
    const log = begun();
    log.saw(1n, 1_000);
    expect(log.maxTimestamp).to.equal(1_000);
    log.saw(2n, 2 ** 63);
    expect(log.maxTimestamp).to.equal(undefined);
    log.saw(3n, 2_000);
    expect(log.maxTimestamp).to.equal(undefined);
  });

  it('keeps what was settled while the broker was queried', () => {
    const log = begun();
    const draft = log.draft();
    log.completed.add({ first: 4n, last: 4n });
    log.advance(3n);
    draft.advance(2n);
    draft.completed.add({ first: 6n, last: 7n });
    expect(log.position).to.equal(3n);
    log.adopt(draft);
    expect(log.position).to.equal(3n);
    expect(log.completed.ranges).to.deep.equal([
      { first: 4n, last: 4n },
      { first: 6n, last: 7n },
    ]);
  });

  it('passes offsets without records although it remembers deliveries behind them', () => {
    const log = begun();
    const delivery = log.deliver({ offset: '5', timestamp: '0', key: null, value: null, attributes: 0, headers: {} }, 0);
    log.keep(delivery);
    expect(log.passEmpty(5n)).to.equal(false);
    expect(log.passEmpty(4n)).to.equal(true);
    expect(log.position).to.equal(5n);
  });

  it('settles a record of an earlier batch in the batch in process, where it is not started again', () => {
    const log = begun();
    const record = (offset: string) => ({ offset, timestamp: '0', key: null, value: null, attributes: 0, headers: {} });
    const delivery = log.deliver(record('1'), 0);
    log.keep(delivery);
    const tracker = new OffsetTracker([record('0'), record('1')], '1', 0n, log.completed);
    log.tracker = tracker;
    log.settle(delivery, undefined);
    expect([0, 1].map((index) => tracker.isSettled(index))).to.deep.equal([false, true]);
    tracker.settle(0);
    log.absorb(tracker);
    expect([log.position, log.completed.isEmpty]).to.deep.equal([2n, true]);
  });

  it('is replaced by a topic other than the one in which it began anew, and by any while it knows none', () => {
    const log = begun();
    log.topicId = 'second';
    log.replacedBy('second');
    expect(log.isReplaced).to.equal(false);
    log.replacedBy('third');
    expect(log.isReplaced).to.equal(true);
    log.restart(0n, 0);
    log.replacedBy('second');
    expect(log.isReplaced).to.equal(true);
  });
});
