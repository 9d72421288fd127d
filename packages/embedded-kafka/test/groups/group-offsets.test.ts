import { expect } from 'chai';
import { GroupOffsets, type OffsetToCommit } from '../../src/groups/any/group-offsets.ts';

function offset(committedOffset: number, over: Partial<OffsetToCommit> = {}): OffsetToCommit {
  return { topic: 'orders', partition: 0, committedOffset, committedLeaderEpoch: -1, committedMetadata: null, ...over };
}

describe('GroupOffsets', () => {
  const orders0 = [{ topic: 'orders', partition: 0 }];
  let offsets: GroupOffsets;
  const committed = (): number | undefined => offsets.fetch(orders0, false)[0]?.committedOffset;

  beforeEach(() => {
    offsets = new GroupOffsets(8);
  });

  it('returns -1 without an error for an uncommitted offset, and all committed offsets for null', () => {
    const nothing = { committedOffset: -1, committedLeaderEpoch: -1, metadata: '', error: 'NONE' };
    expect(offsets.fetch(orders0, true)).to.deep.equal([{ ...orders0[0], ...nothing }]);
    expect(offsets.fetch(null, true)).to.deep.equal([]);
    offsets.commit([offset(5, { committedLeaderEpoch: 2, committedMetadata: 'note' }), offset(6, { partition: 1 })]);
    expect(offsets.fetch(null, false)).to.deep.equal([
      { ...orders0[0], committedOffset: 5, committedLeaderEpoch: 2, metadata: 'note', error: 'NONE' },
      { topic: 'orders', partition: 1, committedOffset: 6, committedLeaderEpoch: -1, metadata: '', error: 'NONE' },
    ]);
  });

  it('distinguishes partitions with similar names', () => {
    offsets.commit([
      offset(1, { topic: 'a-1', partition: 1 }),
      offset(2, { topic: 'a', partition: 11 }),
      offset(3, { topic: 'a-1-1', partition: 0 }),
    ]);
    expect(offsets.fetch(null, false)).to.have.length(3);
  });

  it('rejects metadata that is too long, for that partition only', () => {
    const errors = offsets.commit([
      offset(1, { committedMetadata: 'x'.repeat(9) }),
      offset(2, { partition: 1, committedMetadata: 'x'.repeat(8) }),
    ]);
    expect(errors).to.deep.equal(['OFFSET_METADATA_TOO_LARGE', 'NONE']);
    expect(committed()).to.equal(-1);
  });

  it('shows the offsets of a transaction once it commits, and UNSTABLE_OFFSET_COMMIT before where stability is required', () => {
    offsets.commit([offset(1)]);
    offsets.commitPending(77, [offset(2)]);
    expect(committed()).to.equal(1);
    expect(offsets.fetch(orders0, true)[0]).to.include({ error: 'UNSTABLE_OFFSET_COMMIT', committedOffset: -1, metadata: '' });
    expect(offsets.fetch(null, true)[0]).to.include({ error: 'UNSTABLE_OFFSET_COMMIT' });
    offsets.completeTransaction(77, true);
    expect(offsets.fetch(orders0, true)[0]).to.include({ error: 'NONE', committedOffset: 2 });
  });

  it('discards the offsets of an aborted transaction, and no others', () => {
    offsets.commitPending(77, [offset(2)]);
    offsets.commitPending(78, [offset(3, { partition: 1 })]);
    offsets.completeTransaction(77, false);
    offsets.completeTransaction(77, true);
    expect(committed()).to.equal(-1);
    expect(offsets.fetch([{ topic: 'orders', partition: 1 }], true)[0]).to.include({ error: 'UNSTABLE_OFFSET_COMMIT' });
  });

  it('keeps an offset that was committed after that of a transaction which then ends', () => {
    offsets.commitPending(77, [offset(2)]);
    offsets.commit([offset(3)]);
    offsets.completeTransaction(77, true);
    expect(committed()).to.equal(3);
  });

  it('takes the last of several commits of one transaction', () => {
    offsets.commitPending(77, [offset(2)]);
    offsets.commitPending(77, [offset(4)]);
    offsets.completeTransaction(77, true);
    expect(committed()).to.equal(4);
  });

  it('deletes the offsets of a deleted topic, including those of open transactions', () => {
    offsets.commit([offset(1), offset(9, { topic: 'other' })]);
    offsets.commitPending(77, [offset(2)]);
    offsets.deleteTopic('orders');
    offsets.completeTransaction(77, true);
    expect(offsets.fetch(null, true).map(({ topic }) => topic)).to.deep.equal(['other']);
  });
});
