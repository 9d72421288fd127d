import { expect } from 'chai';
import { assigned, ConsumerGroupHarness } from './consumer-group-harness.ts';

const offset = (partition: number) => ({
  topic: 'orders',
  partition,
  committedOffset: 7,
  committedLeaderEpoch: -1,
  committedMetadata: null,
});

describe('a group of the consumer protocol', () => {
  let harness: ConsumerGroupHarness;
  let id: string;
  beforeEach(() => {
    harness = new ConsumerGroupHarness();
    id = harness.createTopic('orders', 4);
  });
  afterEach('leave no timer', () => {
    harness.coordinator.close();
    expect(harness.clock.timers).to.equal(0);
  });

  it('gives a member of the first version an id when it has none', () => {
    const { error, memberId } = harness.join('g', '', ['orders']);
    expect([error, memberId?.length]).to.deep.equal(['NONE', 22]);
  });

  it('removes a member after its session timeout, and one that has to give up partitions after its rebalance timeout', () => {
    harness.config = { ...harness.config, sessionTimeoutMs: 10_000 };
    const { memberEpoch } = harness.join('g', 'a', ['orders'], { rebalanceTimeoutMs: 3_000 });
    harness.join('g', 'b', ['orders']);
    harness.heartbeat('g', { memberId: 'a', memberEpoch });
    harness.clock.advance(3_001);
    expect(harness.heartbeat('g', { memberId: 'a', memberEpoch }).error).to.equal('UNKNOWN_MEMBER_ID');
    harness.clock.advance(7_000);
    expect(harness.group('g').state).to.equal('Empty');
  });

  it('gives a member the whole rebalance timeout for each revocation, also for one that follows another', () => {
    harness.grow('orders', 6);
    const { memberEpoch } = harness.join('g', 'a', ['orders'], { rebalanceTimeoutMs: 3_000 });
    harness.join('g', 'b', ['orders']);
    const first = harness.heartbeat('g', { memberId: 'a', memberEpoch });
    harness.clock.advance(2_000);
    harness.join('g', 'c', ['orders']);
    // It gives up what it was told to, and is told to give up more.
    const second = harness.heartbeat('g', { memberId: 'a', memberEpoch, topicPartitions: first.assignment });
    expect([first, second].map(({ assignment }) => assignment?.[0]?.partitions.length)).to.deep.equal([3, 2]);
    harness.clock.advance(2_000);
    expect(harness.heartbeat('g', { memberId: 'a', memberEpoch }).error).to.equal('NONE');
    harness.clock.advance(1_001);
    expect(harness.heartbeat('g', { memberId: 'a', memberEpoch }).error).to.equal('UNKNOWN_MEMBER_ID');
  });

  it('removes a static member that does not come back', () => {
    harness.join('g', 'a', ['orders'], { instanceId: 'i' });
    expect(harness.heartbeat('g', { memberId: 'a', memberEpoch: -2, instanceId: 'i' })).to.include({ error: 'NONE', memberEpoch: -2 });
    expect(harness.group('g').state).to.equal('Reconciling');
    harness.clock.advance(harness.config.sessionTimeoutMs);
    expect(harness.group('g').state).to.equal('Empty');
  });

  it('assigns anew when a static member comes back with another subscription, or the same id', () => {
    const other = harness.createTopic('bills', 1);
    harness.join('g', 'a', ['orders'], { instanceId: 'i' });
    harness.heartbeat('g', { memberId: 'a', memberEpoch: -2, instanceId: 'i' });
    expect(assigned(harness.join('g', 'b', ['bills'], { instanceId: 'i' }))).to.equal(`${other}:0`);
    harness.heartbeat('g', { memberId: 'b', memberEpoch: -2, instanceId: 'i' });
    expect(assigned(harness.join('g', 'b', ['bills'], { instanceId: 'i' }))).to.equal(`${other}:0`);
    expect(harness.group('g').state).to.equal('Stable');
  });

  it('collects changes for the assignment interval, after the first', () => {
    harness.config = { ...harness.config, assignmentIntervalMs: 1_000 };
    const { memberEpoch } = harness.join('g', 'a', ['orders']);
    expect(harness.join('g', 'b', ['orders'])).to.include({ memberEpoch });
    expect(harness.group('g').state).to.equal('Assigning');
    harness.clock.advance(1_000);
    expect(assigned(harness.heartbeat('g', { memberId: 'a', memberEpoch }))).to.equal(`${id}:0,1`);
  });

  it('has no more members than allowed', () => {
    const small = new ConsumerGroupHarness(1);
    small.createTopic('orders', 1);
    small.join('g', 'a', ['orders']);
    expect(small.join('g', 'b', ['orders']).error).to.equal('GROUP_MAX_SIZE_REACHED');
    expect(small.join('g', 'a', ['orders']).error).to.equal('NONE');
    small.coordinator.close();
  });

  it('takes two hundred members', () => {
    harness.createTopic('wide', 200);
    for (let index = 0; index < 200; index += 1) harness.join('g', `m${index}`, ['wide']);
    expect(
      harness
        .group('g')
        .describeMembers()
        .every(({ targetAssignment }) => targetAssignment[0]?.partitions.length === 1),
    ).to.equal(true);
  });

  it('keeps sessions when another broker becomes its coordinator, and removes and reassigns members when a test says so', () => {
    const { memberEpoch } = harness.join('g', 'a', ['orders']);
    const group = harness.group('g');
    harness.clock.advance(harness.config.sessionTimeoutMs - 10_000);
    group.failOver();
    harness.clock.advance(harness.config.sessionTimeoutMs - 10_000);
    group.triggerRebalance();
    expect(group.state).to.equal('Assigning');
    expect(harness.heartbeat('g', { memberId: 'a', memberEpoch })).to.include({ error: 'NONE', memberEpoch: memberEpoch + 1 });
    group.expireMember('a');
    expect(() => group.expireMember('a')).to.throw('has no member a');
    expect(() => group.triggerRebalance()).to.throw('has no members');
  });

  it('is described as a classic group is, with the bytes that its members would write', () => {
    harness.join('g', 'a', ['orders']);
    const { members, ...group } = harness.group('g').describe();
    expect(group).to.include({ state: 'Stable', protocolType: 'consumer', protocolName: 'uniform' });
    expect(members[0]?.memberMetadata.toString('hex')).to.equal(`0000000000010006${Buffer.from('orders').toString('hex')}ffffffff`);
    const numbers = '00000004' + '00000000' + '00000001' + '00000002' + '00000003';
    expect(members[0]?.memberAssignment.toString('hex')).to.equal(
      `0000000000010006${Buffer.from('orders').toString('hex')}${numbers}ffffffff`,
    );
  });

  it('keeps offsets of a transaction for members in their epoch, and for producers that name none', () => {
    const { memberEpoch: generationId } = harness.join('g', 'a', ['orders']);
    const commit = (memberId: string, epoch: number) =>
      harness.coordinator.commitPending({
        groupId: 'g',
        memberId,
        groupInstanceId: null,
        generationId: epoch,
        producerId: 1,
        offsets: [offset(0)],
      });
    expect(commit('a', generationId)).to.deep.equal(['NONE']);
    expect(commit('a', generationId + 1)).to.deep.equal(['ILLEGAL_GENERATION']);
    expect(commit('b', generationId)).to.deep.equal(['UNKNOWN_MEMBER_ID']);
    expect(commit('', -1)).to.deep.equal(['NONE']);
    harness.group('g').completeTransaction(1, true);
    expect(harness.group('g').fetchOffsets(null, false)).to.have.length(1);
  });

  it('takes commits of the epoch before for partitions that the member has had since, and none once it is closed', () => {
    const { memberEpoch: before } = harness.join('g', 'a', ['orders']);
    harness.join('g', 'b', ['orders']);
    harness.heartbeat('g', { memberId: 'a', memberEpoch: before });
    harness.heartbeat('g', { memberId: 'a', memberEpoch: before, topicPartitions: [{ topicId: id, partitions: [0, 1] }] });
    const commit = (partition: number, generationId: number) =>
      harness.coordinator.commit({
        groupId: 'g',
        memberId: 'a',
        groupInstanceId: null,
        generationId,
        knowsMemberEpochs: true,
        offsets: [offset(partition)],
      });
    expect([commit(0, before), commit(2, before), commit(0, before - 1)]).to.deep.equal([
      ['NONE'],
      ['STALE_MEMBER_EPOCH'],
      ['STALE_MEMBER_EPOCH'],
    ]);
    const group = harness.group('g');
    group.close();
    expect(group.commit({ memberId: 'a', groupInstanceId: null, generationId: before, offsets: [offset(0)] })).to.deep.equal([
      'COORDINATOR_NOT_AVAILABLE',
    ]);
    expect(group.state).to.equal('Dead');
  });

  it('takes no members of the classic protocol while it has members', async () => {
    harness.join('g', 'a', ['orders']);
    const request = {
      groupId: 'g',
      memberId: '',
      groupInstanceId: null,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
    };
    const said = { ...request, sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 10_000, clientId: null, clientHost: '/127.0.0.1' };
    const join = () => harness.coordinator.join({ ...said, requireKnownMemberId: true, supportsSkippingAssignment: true });
    expect((await join()).error).to.equal('INCONSISTENT_GROUP_PROTOCOL');
    harness.heartbeat('g', { memberId: 'a', memberEpoch: -1 });
    expect((await join()).error).to.equal('MEMBER_ID_REQUIRED');
    expect(harness.coordinator.get('g')?.type).to.equal('classic');
  });

  it('takes no members while the group has members of the classic protocol', async () => {
    const request = {
      groupId: 'g',
      memberId: '',
      groupInstanceId: null,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
    };
    const said = { ...request, sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 10_000, clientId: null, clientHost: '/127.0.0.1' };
    const joining = harness.coordinator.join({ ...said, requireKnownMemberId: false, supportsSkippingAssignment: true });
    expect(harness.join('g', 'a', ['orders'])).to.include({ error: 'GROUP_ID_NOT_FOUND' });
    expect(harness.heartbeat('g', { memberId: 'a', memberEpoch: 1 })).to.include({ error: 'GROUP_ID_NOT_FOUND' });
    harness.coordinator.close();
    await joining;
  });
});
