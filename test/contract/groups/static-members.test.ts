import { expect } from 'chai';
import { heartbeat, joinAlone, joinOnce } from '../support/raw-member.ts';
import { useKafka } from '../support/use-kafka.ts';

describe('contract: static members', () => {
  const kafka = useKafka();

  it('joins a static member without a round trip for its member id', async () => {
    const joined = await joinOnce(await kafka.connection(), kafka.groupId(), { groupInstanceId: 'a' });
    expect(joined).to.include({ error: 'NONE', generationId: 1 });
    expect(joined.members).to.have.lengthOf(1);
    expect(joined.members[0]).to.include({ groupInstanceId: 'a' });
  });

  it('gives a returning static member a new member id without a rebalance', async () => {
    const groupId = kafka.groupId();
    const before = await joinAlone(await kafka.connection(), groupId, { groupInstanceId: 'a' });
    const connection = await kafka.connection();
    const after = await joinOnce(connection, groupId, { groupInstanceId: 'a' });
    expect(after).to.include({ error: 'NONE', generationId: before.generationId });
    expect(after.memberId).to.not.equal(before.memberId);
    expect(await heartbeat(connection, groupId, after, 'a')).to.equal('NONE');
  });

  it('fences the previous member with the same instance id', async () => {
    const groupId = kafka.groupId();
    const old = await kafka.connection();
    const before = await joinAlone(old, groupId, { groupInstanceId: 'a' });
    await joinOnce(await kafka.connection(), groupId, { groupInstanceId: 'a' });
    expect(await heartbeat(old, groupId, before, 'a')).to.equal('FENCED_INSTANCE_ID');
    const again = await joinOnce(old, groupId, { groupInstanceId: 'a', memberId: before.memberId });
    expect(again).to.include({ error: 'FENCED_INSTANCE_ID' });
  });

  it('removes a static member by its instance id', async () => {
    const groupId = kafka.groupId();
    const connection = await kafka.connection();
    const member = await joinAlone(connection, groupId, { groupInstanceId: 'a' });
    const request = { groupId, memberId: '', groupInstanceId: 'a' };
    const answer = await connection.ask('LeaveGroup', 3, request);
    expect(answer.error).to.equal('NONE');
    expect(answer.members).to.have.lengthOf(1);
    expect(answer.members[0]).to.include({ error: 'NONE', groupInstanceId: 'a' });
    expect(await heartbeat(connection, groupId, member, 'a')).to.equal('UNKNOWN_MEMBER_ID');
    const again = await connection.ask('LeaveGroup', 3, request);
    expect(again.members[0]).to.include({ error: 'UNKNOWN_MEMBER_ID' });
  });
});
