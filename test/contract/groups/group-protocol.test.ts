import { expect } from 'chai';
import { heartbeat, heartbeatUntilTold, join, joinAlone, joinOnce, leave, subscribedTopics, sync } from '../support/raw-member.ts';
import { only } from '../support/requests.ts';
import { useKafka } from '../support/use-kafka.ts';

describe('contract: group protocol', () => {
  const kafka = useKafka();

  /** Two members of a new group that have joined and have no assignment yet; the leader's connection is the first. */
  async function joinedPair() {
    const groupId = kafka.groupId();
    const [first, second] = [await kafka.connection(), await kafka.connection()];
    const alone = await joinAlone(first, groupId);
    const joining = join(second, groupId);
    await heartbeatUntilTold(first, groupId, alone);
    const [leader, follower] = await Promise.all([join(first, groupId, { memberId: alone.memberId }), joining]);
    return { groupId, first, second, leader, follower };
  }

  it('gives a new member an id before it may join', async () => {
    const groupId = kafka.groupId();
    const connection = await kafka.connection();
    const refused = await joinOnce(connection, groupId);
    expect(refused).to.include({ error: 'MEMBER_ID_REQUIRED', generationId: -1 });
    expect(refused.memberId).to.match(/^contract-/);
    const joined = await joinOnce(connection, groupId, { memberId: refused.memberId, topics: ['a', 'b'] });
    expect(joined).to.include({ error: 'NONE', generationId: 1, groupProtocol: 'range', leaderId: refused.memberId });
    const itself = only(joined.members);
    expect([itself.memberId, subscribedTopics(itself)]).to.deep.equal([refused.memberId, ['a', 'b']]);
  });

  it('announces a rebalance by heartbeat when a member joins, and lists the members only to the leader', async () => {
    const groupId = kafka.groupId();
    const [first, second] = [await kafka.connection(), await kafka.connection()];
    const alone = await joinAlone(first, groupId);
    expect(await heartbeat(first, groupId, alone)).to.equal('NONE');
    const joining = join(second, groupId, { topics: ['payments'] });
    expect(await heartbeatUntilTold(first, groupId, alone)).to.equal('REBALANCE_IN_PROGRESS');
    const [leader, follower] = await Promise.all([join(first, groupId, { memberId: alone.memberId }), joining]);
    expect(leader).to.include({ error: 'NONE', generationId: 2, leaderId: alone.memberId });
    expect(leader.members.map(subscribedTopics)).to.have.deep.members([['orders'], ['payments']]);
    expect(follower).to.include({ error: 'NONE', generationId: 2, leaderId: alone.memberId });
    expect(follower.members).to.be.empty;
  });

  it('gives each member its assignment when the leader has sent all assignments', async () => {
    const { groupId, first, second, leader, follower } = await joinedPair();
    const waiting = sync(second, groupId, follower);
    const assignments = { [leader.memberId]: 'one half', [follower.memberId]: 'the other' };
    expect(await sync(first, groupId, leader, assignments)).to.deep.equal({ error: 'NONE', assignment: 'one half' });
    expect(await waiting).to.deep.equal({ error: 'NONE', assignment: 'the other' });
    // A second request in the same generation gets the same answer.
    expect(await sync(second, groupId, follower)).to.deep.equal({ error: 'NONE', assignment: 'the other' });
  });

  it('answers a member that waits for its assignment when another member starts a rebalance', async () => {
    const groupId = kafka.groupId();
    const [first, second, third] = [await kafka.connection(), await kafka.connection(), await kafka.connection()];
    const alone = await joinAlone(first, groupId);
    const joining = join(second, groupId);
    await heartbeatUntilTold(first, groupId, alone);
    const [, follower] = await Promise.all([join(first, groupId, { memberId: alone.memberId }), joining]);
    const waiting = sync(second, groupId, follower);
    const newcomer = join(third, groupId);
    expect(await waiting).to.include({ error: 'REBALANCE_IN_PROGRESS' });
    await Promise.all([join(first, groupId, { memberId: alone.memberId }), join(second, groupId, { memberId: follower.memberId })]);
    expect(await newcomer).to.include({ error: 'NONE', generationId: 3 });
  });

  it('chooses a protocol that all members support', async () => {
    const groupId = kafka.groupId();
    const [first, second] = [await kafka.connection(), await kafka.connection()];
    const alone = await joinAlone(first, groupId, { protocols: ['new', 'old'] });
    const joining = join(second, groupId, { protocols: ['old'] });
    await heartbeatUntilTold(first, groupId, alone);
    await join(first, groupId, { memberId: alone.memberId, protocols: ['new', 'old'] });
    expect(await joining).to.include({ error: 'NONE', groupProtocol: 'old' });
  });

  it('rejects a member that supports none of the protocols of the other members', async () => {
    const groupId = kafka.groupId();
    await joinAlone(await kafka.connection(), groupId);
    const stranger = await join(await kafka.connection(), groupId, { protocols: ['another'] });
    expect(stranger).to.include({ error: 'INCONSISTENT_GROUP_PROTOCOL' });
  });

  it('rejects invalid session timeouts and group ids', async () => {
    const connection = await kafka.connection();
    const groupId = kafka.groupId();
    expect(await joinOnce(connection, groupId, { sessionTimeout: 1 })).to.include({ error: 'INVALID_SESSION_TIMEOUT' });
    expect(await joinOnce(connection, groupId, { sessionTimeout: 3_600_000 })).to.include({ error: 'INVALID_SESSION_TIMEOUT' });
    expect(await joinOnce(connection, '')).to.include({ error: 'INVALID_GROUP_ID' });
  });

  it('rejects requests with an unknown member id or group', async () => {
    const groupId = kafka.groupId();
    const connection = await kafka.connection();
    const member = await joinAlone(connection, groupId);
    const nobody = { ...member, memberId: 'nobody' };
    expect(await heartbeat(connection, groupId, nobody)).to.equal('UNKNOWN_MEMBER_ID');
    expect(await heartbeat(connection, kafka.groupId(), member)).to.equal('UNKNOWN_MEMBER_ID');
    expect(await sync(connection, groupId, nobody)).to.include({ error: 'UNKNOWN_MEMBER_ID' });
    expect(await joinOnce(connection, groupId, { memberId: 'nobody' })).to.include({ error: 'UNKNOWN_MEMBER_ID' });
    expect(await leave(connection, groupId, 'nobody')).to.equal('UNKNOWN_MEMBER_ID');
  });

  it('rejects requests of a generation that is not the current one', async () => {
    const groupId = kafka.groupId();
    const connection = await kafka.connection();
    const member = await joinAlone(connection, groupId);
    for (const generationId of [member.generationId - 1, member.generationId + 1]) {
      expect(await heartbeat(connection, groupId, { ...member, generationId })).to.equal('ILLEGAL_GENERATION');
      expect(await sync(connection, groupId, { ...member, generationId })).to.include({ error: 'ILLEGAL_GENERATION' });
    }
  });

  it('starts a rebalance when the leader of a stable group joins again, and none when a follower does', async () => {
    const { groupId, first, second, leader, follower } = await joinedPair();
    await Promise.all([sync(first, groupId, leader, {}), sync(second, groupId, follower)]);
    expect(await join(second, groupId, { memberId: follower.memberId })).to.include({ error: 'NONE', generationId: 2 });
    const again = join(first, groupId, { memberId: leader.memberId });
    expect(await heartbeatUntilTold(second, groupId, follower)).to.equal('REBALANCE_IN_PROGRESS');
    await join(second, groupId, { memberId: follower.memberId });
    expect(await again).to.include({ error: 'NONE', generationId: 3 });
  });

  it('starts a rebalance for the other members when a member leaves', async () => {
    const { groupId, first, second, leader, follower } = await joinedPair();
    await Promise.all([sync(first, groupId, leader, {}), sync(second, groupId, follower)]);
    expect(await leave(first, groupId, leader.memberId)).to.equal('NONE');
    expect(await heartbeatUntilTold(second, groupId, follower)).to.equal('REBALANCE_IN_PROGRESS');
    const { leaderId, members } = await join(second, groupId, { memberId: follower.memberId });
    expect(leaderId).to.equal(follower.memberId);
    expect(members).to.have.lengthOf(1);
    expect(await heartbeat(first, groupId, leader)).to.equal('UNKNOWN_MEMBER_ID');
  });

  it('removes a member that does not rejoin within the rebalance timeout', async () => {
    const groupId = kafka.groupId();
    const [first, second] = [await kafka.connection(), await kafka.connection()];
    const lazy = await joinAlone(first, groupId, { rebalanceTimeout: 300 });
    const joined = await join(second, groupId, { rebalanceTimeout: 300 });
    expect(joined).to.include({ error: 'NONE', generationId: 2, leaderId: joined.memberId });
    expect(joined.members).to.have.lengthOf(1);
    expect(await heartbeat(first, groupId, lazy)).to.equal('UNKNOWN_MEMBER_ID');
  });

  it('removes a member that sends no heartbeat within its session timeout', async () => {
    const groupId = kafka.groupId();
    const [first, second] = [await kafka.connection(), await kafka.connection()];
    await joinAlone(first, groupId, { sessionTimeout: 6_000, rebalanceTimeout: 60_000 });
    await first.close();
    const joined = await join(second, groupId, { rebalanceTimeout: 60_000 });
    expect(joined).to.include({ error: 'NONE', generationId: 2, leaderId: joined.memberId });
  });
});
