import { expect } from 'chai';
import { GroupCoordinator } from '../../src/groups/group-coordinator.ts';
import { CountingClock, joinRequest, noTopics, outcome } from './group-harness.ts';

const noMember = { memberId: '', groupInstanceId: null, generationId: -1 };
const offsets = [{ topic: 'orders', partition: 0, committedOffset: 7, committedLeaderEpoch: -1, committedMetadata: null }];

describe('GroupCoordinator', () => {
  let clock: CountingClock;
  let coordinator: GroupCoordinator;

  beforeEach(() => {
    clock = new CountingClock();
    coordinator = new GroupCoordinator({ clock, topics: noTopics });
  });

  it('creates a group for a member without an id, gives the member a unique id, and finds the group afterwards', async () => {
    const joins = [coordinator.join({ groupId: 'g', ...joinRequest() }), coordinator.join({ groupId: 'g', ...joinRequest() })];
    clock.advance(1);
    const [first, second] = await Promise.all(joins);
    expect(first?.memberId).to.match(/^client-[0-9a-f-]{36}$/);
    expect(second?.memberId).to.not.equal(first?.memberId);
    expect(coordinator.list().map(({ groupId, state }) => [groupId, state])).to.deep.equal([['g', 'CompletingRebalance']]);
    const member = { groupId: 'g', memberId: first?.memberId ?? '', groupInstanceId: null, generationId: 1 };
    expect(coordinator.heartbeat(member)).to.equal('NONE');
    const assignments = [{ memberId: member.memberId, assignment: Buffer.from('all') }];
    expect((await coordinator.sync({ ...member, protocolType: null, protocolName: null, assignments })).assignment.toString()).to.equal(
      'all',
    );
    expect(coordinator.commit({ ...member, offsets })).to.deep.equal(['NONE']);
    expect(coordinator.commitPending({ ...member, producerId: 1, offsets })).to.deep.equal(['NONE']);
    expect(coordinator.delete('g')).to.equal('NON_EMPTY_GROUP');
    expect(
      coordinator.leave({ groupId: 'g', members: [first!, second!].map(({ memberId }) => ({ memberId, groupInstanceId: null })) }),
    ).to.have.property('error', 'NONE');
    expect(coordinator.deleteOffsets({ groupId: 'g', partitions: [{ topic: 'orders', partition: 0 }] }).partitions).to.deep.equal(['NONE']);
    expect(coordinator.delete('g')).to.equal('NONE');
    expect([coordinator.get('g'), clock.timers]).to.deep.equal([undefined, 0]);
  });

  it('returns errors for groups that do not exist, and creates none', async () => {
    const ghost = { groupId: 'g', memberId: 'ghost', groupInstanceId: null, generationId: 1 };
    expect(await coordinator.join({ groupId: 'g', ...joinRequest({ memberId: 'ghost' }) })).to.include({
      error: 'UNKNOWN_MEMBER_ID',
      memberId: 'ghost',
    });
    expect(await coordinator.sync({ ...ghost, protocolType: null, protocolName: null, assignments: [] })).to.include({
      error: 'UNKNOWN_MEMBER_ID',
    });
    expect(coordinator.heartbeat(ghost)).to.equal('UNKNOWN_MEMBER_ID');
    const leaving = { memberId: 'ghost', groupInstanceId: null };
    const unknown = { error: 'NONE', members: [{ ...leaving, error: 'UNKNOWN_MEMBER_ID' }] };
    expect(coordinator.leave({ groupId: 'g', members: [leaving] })).to.deep.equal(unknown);
    expect(coordinator.commit({ ...ghost, offsets })).to.deep.equal(['ILLEGAL_GENERATION']);
    expect(coordinator.commitPending({ ...ghost, producerId: 1, offsets })).to.deep.equal(['ILLEGAL_GENERATION']);
    expect(coordinator.deleteOffsets({ groupId: 'g', partitions: [] })).to.include({ error: 'GROUP_ID_NOT_FOUND' });
    expect(coordinator.delete('g')).to.equal('GROUP_ID_NOT_FOUND');
    const partitions = [{ topic: 'orders', partition: 0 }];
    expect(coordinator.fetchOffsets({ groupId: 'g', partitions, requireStable: true })[0]).to.include({
      committedOffset: -1,
      error: 'NONE',
    });
    expect(coordinator.fetchOffsets({ groupId: 'g', partitions: null, requireStable: true })).to.deep.equal([]);
    expect(coordinator.list()).to.deep.equal([]);
  });

  it('rejects an empty group id where members are involved', async () => {
    const identity = { groupId: '', ...noMember };
    expect(await coordinator.join({ groupId: '', ...joinRequest() })).to.include({ error: 'INVALID_GROUP_ID' });
    expect(await coordinator.sync({ ...identity, protocolType: null, protocolName: null, assignments: [] })).to.include({
      error: 'INVALID_GROUP_ID',
    });
    expect(coordinator.heartbeat(identity)).to.equal('INVALID_GROUP_ID');
    expect(coordinator.leave({ groupId: '', members: [] })).to.include({ error: 'INVALID_GROUP_ID' });
    expect(coordinator.list()).to.deep.equal([]);
  });

  it('rejects a session timeout out of range, and creates no group', async () => {
    for (const sessionTimeoutMs of [5_999, 1_800_001, -1, NaN]) {
      expect(await outcome(coordinator.join({ groupId: 'g', ...joinRequest({ sessionTimeoutMs }) }))).to.include({
        error: 'INVALID_SESSION_TIMEOUT',
      });
    }
    expect(coordinator.list()).to.deep.equal([]);
    const lenient = new GroupCoordinator({ clock, topics: noTopics, config: { groupMinSessionTimeoutMs: 10 } });
    expect(await outcome(lenient.join({ groupId: 'g', ...joinRequest({ sessionTimeoutMs: 10 }) }))).to.equal('delayed');
    lenient.close();
  });

  it('commits offsets for a consumer that assigns its partitions itself, in a group without members', () => {
    expect(coordinator.commit({ groupId: 'g', ...noMember, offsets })).to.deep.equal(['NONE']);
    expect(coordinator.commitPending({ groupId: 'h', ...noMember, producerId: 1, offsets })).to.deep.equal(['NONE']);
    coordinator.get('h')?.completeTransaction(1, true);
    for (const groupId of ['g', 'h']) {
      expect(coordinator.fetchOffsets({ groupId, partitions: null, requireStable: true })[0]).to.include({ committedOffset: 7 });
    }
    coordinator.deleteTopic('orders');
    expect(coordinator.fetchOffsets({ groupId: 'g', partitions: null, requireStable: true })).to.deep.equal([]);
  });

  it('answers delayed requests and leaves no timer when it is closed', async () => {
    const joins = ['a', 'b'].map((groupId) => coordinator.join({ groupId, ...joinRequest() }));
    await coordinator.join({ groupId: 'c', ...joinRequest({ requireKnownMemberId: true }) });
    coordinator.close();
    expect((await Promise.all(joins)).map(({ error }) => error)).to.deep.equal(['COORDINATOR_NOT_AVAILABLE', 'COORDINATOR_NOT_AVAILABLE']);
    expect([coordinator.list().map(({ state }) => state), clock.timers]).to.deep.equal([['Dead', 'Dead', 'Dead'], 0]);
  });
});
