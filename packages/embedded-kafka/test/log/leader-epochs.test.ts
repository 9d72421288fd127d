import { expect } from 'chai';
import { batchOf, emptyLog } from './log-fixture.ts';

describe('PartitionLog leader epochs', () => {
  it('fence a client with an older epoch, and are unknown to the broker when the client has a newer one', () => {
    const { log } = emptyLog();
    log.bumpLeaderEpoch();
    expect(log.leaderEpoch).to.equal(1);
    expect([-1, 0, 1, 2].map((epoch) => log.checkLeaderEpoch(epoch))).to.deep.equal([
      'NONE',
      'FENCED_LEADER_EPOCH',
      'NONE',
      'UNKNOWN_LEADER_EPOCH',
    ]);
  });

  it('return the end offset of the largest epoch that is not greater than the requested one', () => {
    const { log, append } = emptyLog();
    append(batchOf('a', 'b')); // epoch 0
    log.bumpLeaderEpoch();
    log.bumpLeaderEpoch(); // nothing was written in epoch 1
    append(batchOf('c')); // epoch 2
    log.bumpLeaderEpoch(); // epoch 3 has nothing yet
    expect([0, 1, 2, 3, 4, -1].map((epoch) => log.endOffsetForEpoch(epoch))).to.deep.equal([
      { leaderEpoch: 0, endOffset: 2 },
      { leaderEpoch: 0, endOffset: 2 },
      { leaderEpoch: 2, endOffset: 3 },
      { leaderEpoch: 3, endOffset: 3 },
      { leaderEpoch: -1, endOffset: -1 },
      { leaderEpoch: -1, endOffset: -1 },
    ]);
  });

  it('return an end offset for an epoch before the first that has records', () => {
    const { log, append } = emptyLog();
    log.bumpLeaderEpoch();
    append(batchOf('a'));
    expect(log.endOffsetForEpoch(0)).to.deep.equal({ leaderEpoch: 0, endOffset: 0 });
    expect(log.offsetForTimestamp(-2, 'read_uncommitted').leaderEpoch).to.equal(1);
  });
});
