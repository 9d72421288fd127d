import { expect } from 'chai';
import { encodeBatch } from '../../src/records/encode-batch.ts';
import { fixture } from '../records/golden-records.ts';
import { batchOf, emptyLog, producerBatch } from './log-fixture.ts';

function timed(...timestamps: number[]): Buffer {
  return encodeBatch({ records: timestamps.map((timestamp) => ({ timestamp })) });
}

describe('PartitionLog.offsetForTimestamp', () => {
  it('finds the first record at or after a timestamp, also within a batch, in any order of timestamps', () => {
    const { log, append } = emptyLog();
    append(timed(100, 300, 200)); // 0, 1, 2
    append(timed(250, 400)); // 3, 4
    const find = (timestamp: number) => log.offsetForTimestamp(timestamp, 'read_uncommitted');
    expect(find(0)).to.deep.equal({ offset: 0, timestamp: 100, leaderEpoch: 0 });
    expect(find(101)).to.deep.equal({ offset: 1, timestamp: 300, leaderEpoch: 0 });
    expect(find(300)).to.deep.equal({ offset: 1, timestamp: 300, leaderEpoch: 0 });
    expect(find(301)).to.deep.equal({ offset: 4, timestamp: 400, leaderEpoch: 0 });
    expect(find(401)).to.deep.equal({ offset: -1, timestamp: -1, leaderEpoch: -1 });
  });

  it('decodes a compressed batch to find the record', () => {
    for (const codec of ['gzip', 'snappy', 'lz4', 'zstd']) {
      const { log, append } = emptyLog();
      append(batchOf('early'));
      append(fixture(`java-${codec}.batch`));
      expect(log.offsetForTimestamp(1_700_000_000_001, 'read_uncommitted')).to.include({ offset: 2, timestamp: 1_700_000_000_005 });
      expect(log.offsetForTimestamp(-3, 'read_uncommitted')).to.include({ offset: 2, timestamp: 1_700_000_000_005 });
    }
  });

  it('returns the first offset of a batch that it cannot decode', () => {
    const { log, append } = emptyLog();
    append(batchOf('early'));
    const sealed = encodeBatch({ records: [{ timestamp: 5_000 }, { timestamp: 6_000 }], attributes: 1 });
    expect(append(sealed).error).to.equal('NONE');
    expect(log.offsetForTimestamp(5_500, 'read_uncommitted')).to.deep.equal({ offset: 1, timestamp: 6_000, leaderEpoch: 0 });
    log.deleteRecordsBefore(2);
    expect(log.offsetForTimestamp(-3, 'read_uncommitted')).to.include({ offset: 2, timestamp: 6_000 });
  });

  it('finds the end (-1), the start (-2, -4) and the largest timestamp (-3), each with its leader epoch', () => {
    const { log, append } = emptyLog();
    append(timed(100, 900, 900));
    log.bumpLeaderEpoch();
    append(timed(800));
    const find = (timestamp: number) => log.offsetForTimestamp(timestamp, 'read_uncommitted');
    expect(find(-1)).to.deep.equal({ offset: 4, timestamp: -1, leaderEpoch: 1 });
    expect(find(-2)).to.deep.equal({ offset: 0, timestamp: -1, leaderEpoch: 0 });
    expect(find(-4)).to.deep.equal(find(-2));
    expect(find(-3)).to.deep.equal({ offset: 1, timestamp: 900, leaderEpoch: 0 });
    expect(find(800)).to.deep.equal({ offset: 1, timestamp: 900, leaderEpoch: 0 });
    // -5 requests the offset in remote storage, which does not exist.
    expect(find(-5)).to.deep.equal({ offset: -1, timestamp: -1, leaderEpoch: -1 });

    log.deleteRecordsBefore(3);
    expect(find(-2)).to.deep.equal({ offset: 3, timestamp: -1, leaderEpoch: 1 });
    expect(find(-3)).to.deep.equal({ offset: 3, timestamp: 800, leaderEpoch: 1 });
  });

  it('skips the records of a batch that were deleted from its front', () => {
    const { log, append } = emptyLog();
    append(timed(100, 900, 200));
    append(timed(300));
    log.deleteRecordsBefore(2);
    expect(log.offsetForTimestamp(150, 'read_uncommitted')).to.include({ offset: 2, timestamp: 200 });
    expect(log.offsetForTimestamp(500, 'read_uncommitted')).to.include({ offset: -1 });
    expect(log.offsetForTimestamp(-3, 'read_uncommitted')).to.include({ offset: 3, timestamp: 300 });
  });

  it('finds only the start and the end of an empty log', () => {
    const { log } = emptyLog();
    expect([-1, -2, -3, 0].map((timestamp) => log.offsetForTimestamp(timestamp, 'read_committed').offset)).to.deep.equal([0, 0, -1, -1]);
  });

  it('ends at the last stable offset for read_committed', () => {
    const { log, append } = emptyLog();
    append(timed(100));
    append(producerBatch(1, { transactional: true })); // at 1000
    expect(log.offsetForTimestamp(-1, 'read_committed')).to.deep.equal({ offset: 1, timestamp: -1, leaderEpoch: 0 });
    expect(log.offsetForTimestamp(500, 'read_committed').offset).to.equal(-1);
    expect(log.offsetForTimestamp(500, 'read_uncommitted').offset).to.equal(1);
    expect(log.offsetForTimestamp(50, 'read_committed').offset).to.equal(0);
  });

  it('uses the broker clock when the topic has log-append time', () => {
    const { log, append } = emptyLog({ timestampType: 'LogAppendTime' });
    append(timed(1, 2));
    const { logAppendTime } = append(timed(3, 4));
    const found = log.offsetForTimestamp(logAppendTime, 'read_uncommitted');
    expect(found.timestamp).to.equal(logAppendTime);
    expect(log.offsetForTimestamp(logAppendTime + 1, 'read_uncommitted').offset).to.equal(-1);
  });
});
