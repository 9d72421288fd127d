import { expect } from 'chai';
import { AssignerProtocol } from 'kafkajs';
import { ask } from '../../../packages/embedded-kafka/test/support/ask.ts';
import { Deliveries } from '../support/deliveries.ts';
import { errorName } from '../support/error-name.ts';
import { nextEvent } from '../support/next-event.ts';
import { join, joinAlone, leave } from '../support/raw-member.ts';
import { commitOffset, only } from '../support/requests.ts';
import { until } from '../support/until.ts';
import { useKafka } from '../support/use-kafka.ts';

describe('contract: group administration', () => {
  const kafka = useKafka();
  const describeGroup = async (groupId: string): Promise<{ state: string; members: readonly object[] }> =>
    only((await kafka.admin.describeGroups([groupId])).groups);
  const deletion = async (groupId: string): Promise<string> => {
    try {
      const { errorCode } = only(await kafka.admin.deleteGroups([groupId]));
      return errorName(errorCode ?? 0);
    } catch (error) {
      const { groups } = error as { groups: { errorCode: number }[] };
      return errorName(only(groups).errorCode);
    }
  };

  it('describes a group with its protocol, its members and their assignments', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    const groupId = kafka.groupId();
    const consumer = await kafka.consumer({ groupId });
    const joined = nextEvent(consumer, 'consumer.group_join');
    await new Deliveries().from(consumer, [topic]);
    const { memberId } = await joined;
    const group = only((await kafka.admin.describeGroups([groupId])).groups);
    expect(group).to.include({ errorCode: 0, groupId, state: 'Stable', protocolType: 'consumer', protocol: 'RoundRobinAssigner' });
    const member = only(group.members);
    expect(member).to.include({ memberId, clientId: 'contract' });
    expect(member.clientHost).to.match(/^\/[\da-f.:]+$/);
    expect(AssignerProtocol.MemberAssignment.decode(member.memberAssignment)?.assignment[topic]).to.have.members([0, 1]);
    expect(AssignerProtocol.MemberMetadata.decode(member.memberMetadata)?.topics).to.deep.equal([topic]);
  });

  it('describes the state of a group at each step of the group protocol', async () => {
    const groupId = kafka.groupId();
    const [first, second] = [await kafka.connection(), await kafka.connection()];
    const state = async (): Promise<string> => (await describeGroup(groupId)).state;
    expect(await state()).to.equal('Dead');
    const { generationId, memberId } = await join(first, groupId);
    expect(await state()).to.equal('CompletingRebalance');
    await first.ask('SyncGroup', 3, { groupId, generationId, memberId, groupAssignment: [] });
    expect(await state()).to.equal('Stable');
    const joining = join(second, groupId);
    await until(async () => (await state()) !== 'Stable');
    expect(await state()).to.equal('PreparingRebalance');
    await leave(first, groupId, memberId);
    const next = await joining;
    await leave(second, groupId, next.memberId);
    expect(await describeGroup(groupId)).to.deep.include({ state: 'Empty', members: [] });
  });

  it('lists groups with their protocol type', async () => {
    const [withMember, withOffsets] = [kafka.groupId(), kafka.groupId()];
    const connection = await kafka.connection();
    await joinAlone(connection, withMember);
    await commitOffset(connection, withOffsets, await kafka.createTopic(), 1);
    const { groups } = await kafka.admin.listGroups();
    expect(groups.filter(({ groupId }) => groupId === withMember)).to.deep.equal([{ groupId: withMember, protocolType: 'consumer' }]);
    expect(groups.map(({ groupId }) => groupId)).to.include(withOffsets);
    expect(groups.map(({ groupId }) => groupId)).to.not.include(kafka.groupId());
  });

  it('deletes a group only when it has no members', async () => {
    const groupId = kafka.groupId();
    const connection = await kafka.connection();
    const { memberId } = await joinAlone(connection, groupId);
    expect(await deletion(groupId)).to.equal('NON_EMPTY_GROUP');
    await leave(connection, groupId, memberId);
    expect(await deletion(groupId)).to.equal('NONE');
    expect(await deletion(groupId)).to.equal('GROUP_ID_NOT_FOUND');
    expect(await describeGroup(groupId)).to.deep.include({ state: 'Dead', members: [] });
  });

  it('answers once about a group that the deletion names twice', async () => {
    const groupId = kafka.groupId();
    await commitOffset(await kafka.connection(), groupId, await kafka.createTopic(), 1);
    const { results } = await ask(kafka.broker(), 'DeleteGroups', 2, { groupsNames: [groupId, groupId] });
    expect(results.map((result) => [result.groupId, errorName(result.errorCode)])).to.deep.equal([[groupId, 'NONE']]);
  });

  it('rejects a coordinator of an unknown type', async () => {
    const asked = { keyType: 9, coordinatorKeys: [kafka.groupId()] };
    const { coordinators } = await ask(kafka.broker(), 'FindCoordinator', 4, asked);
    expect(errorName(only(coordinators).errorCode)).to.equal('INVALID_REQUEST');
  });

  it('names each member that leaves a group that does not exist', async () => {
    const asked = [
      { memberId: 'nobody', groupInstanceId: null },
      { memberId: '', groupInstanceId: 'no instance' },
    ];
    const leaveUnknown = { groupId: kafka.groupId(), members: asked };
    const { errorCode, members } = await ask(kafka.broker(), 'LeaveGroup', 5, leaveUnknown);
    const answers = members.map(({ memberId, groupInstanceId, errorCode: code }) => [memberId, groupInstanceId, errorName(code)]);
    expect([errorName(errorCode), answers]).to.deep.equal([
      'NONE',
      [
        ['nobody', null, 'UNKNOWN_MEMBER_ID'],
        ['', 'no instance', 'UNKNOWN_MEMBER_ID'],
      ],
    ]);
    // Before version 3, a request names one member, and its error is that of the response.
    const alone = await ask(kafka.broker(), 'LeaveGroup', 2, { groupId: leaveUnknown.groupId, memberId: 'nobody' });
    expect(errorName(alone.errorCode)).to.equal('UNKNOWN_MEMBER_ID');
  });

  it('gives a deleted group generation 1 when a member joins again', async () => {
    const groupId = kafka.groupId();
    const connection = await kafka.connection();
    const { memberId } = await joinAlone(connection, groupId);
    await leave(connection, groupId, memberId);
    expect(await deletion(groupId)).to.equal('NONE');
    expect(await joinAlone(connection, groupId)).to.include({ generationId: 1 });
  });
});
