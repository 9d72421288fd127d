import { expect } from 'chai';
import { ask } from '../../../packages/embedded-kafka/test/support/ask.ts';
import { describeConsumerProtocol, quickGroup, topicIdOf } from '../support/consumer-protocol.ts';
import { errorName } from '../support/error-name.ts';
import { RawConsumer } from '../support/raw-consumer.ts';
import { join } from '../support/raw-member.ts';
import { commitOffset, only } from '../support/requests.ts';
import { useKafka } from '../support/use-kafka.ts';

describeConsumerProtocol('contract: administration of groups of the consumer protocol', () => {
  const kafka = useKafka();

  const describeGroup = async (groupId: string) => {
    const { groups } = await ask(kafka.broker(), 'ConsumerGroupDescribe', 1, { groupIds: [groupId], includeAuthorizedOperations: false });
    const { errorCode, ...group } = only(groups);
    return { error: errorName(errorCode), ...group };
  };
  const listed = async (groupId: string): Promise<unknown> => {
    const { groups } = await ask(kafka.broker(), 'ListGroups', 5, { statesFilter: [], typesFilter: [] });
    return groups.find((group) => group.groupId === groupId);
  };

  it('describes members with what they have and what they are to have', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    const topicId = await topicIdOf(kafka, topic);
    const groupId = await quickGroup(kafka);
    const [one, two] = [new RawConsumer(kafka.broker(), groupId), new RawConsumer(kafka.broker(), groupId)];
    await one.join([topic], { rackId: 'here' });
    expect(await describeGroup(groupId)).to.include({ error: 'NONE', groupState: 'Stable', assignorName: 'uniform' });
    await two.join([topic]);
    const { groupState, members, groupEpoch, assignmentEpoch } = await describeGroup(groupId);
    expect([groupState, groupEpoch]).to.deep.equal(['Reconciling', assignmentEpoch]);
    const partitions = (...numbers: number[]) => ({
      topicPartitions: numbers.length === 0 ? [] : [{ topicId, topicName: topic, partitions: numbers }],
    });
    const known = members.map(({ clientId: _, clientHost: _host, memberEpoch: _epoch, ...member }) => member);
    const both = { instanceId: null, subscribedTopicNames: [topic], subscribedTopicRegex: '', memberType: 1 };
    expect(known).to.have.deep.members([
      { ...both, memberId: one.memberId, rackId: 'here', assignment: partitions(0, 1), targetAssignment: partitions(0) },
      { ...both, memberId: two.memberId, rackId: null, assignment: partitions(), targetAssignment: partitions(1) },
    ]);
  });

  it('lists them by their type, and does not describe them as classic ones', async () => {
    const groupId = await quickGroup(kafka);
    const one = new RawConsumer(kafka.broker(), groupId);
    await one.join([await kafka.createTopic()]);
    const group = { groupId, protocolType: 'consumer', groupType: 'consumer' };
    expect(await listed(groupId)).to.deep.equal({ ...group, groupState: 'Stable' });
    expect(only((await kafka.admin.describeGroups([groupId])).groups)).to.include({ state: 'Dead', errorCode: 0 });
    await one.leave();
    expect(await listed(groupId)).to.deep.equal({ ...group, groupState: 'Empty' });
    expect(await describeGroup(groupId)).to.deep.include({ error: 'NONE', groupState: 'Empty', members: [] });
  });

  it('does not describe groups of the classic protocol, unknown ones and those without a name', async () => {
    const classic = kafka.groupId();
    await commitOffset(await kafka.connection(), classic, await kafka.createTopic(), 1);
    expect(await describeGroup(classic)).to.include({ error: 'GROUP_ID_NOT_FOUND' });
    expect(await describeGroup(kafka.groupId())).to.include({ error: 'GROUP_ID_NOT_FOUND' });
    expect(await describeGroup('')).to.include({ error: 'INVALID_GROUP_ID' });
  });

  it('deletes a group and its offsets only when nobody needs them', async () => {
    const topic = await kafka.createTopic();
    const one = new RawConsumer(kafka.broker(), await quickGroup(kafka));
    const { groupId } = one;
    await one.join([topic]);
    await one.commit(topic, [0]);
    const deletion = async (): Promise<string> =>
      errorName(only((await ask(kafka.broker(), 'DeleteGroups', 2, { groupsNames: [groupId] })).results).errorCode);
    const topics = [{ name: topic, partitions: [{ partitionIndex: 0 }] }];
    const { topics: deleted } = await ask(kafka.broker(), 'OffsetDelete', 0, { groupId, topics });
    expect(errorName(only(only(deleted).partitions).errorCode)).to.equal('GROUP_SUBSCRIBED_TO_TOPIC');
    expect(await deletion()).to.equal('NON_EMPTY_GROUP');
    await one.leave();
    expect(await deletion()).to.equal('NONE');
    expect(await deletion()).to.equal('GROUP_ID_NOT_FOUND');
  });

  it('removes a member that an administrator names', async () => {
    const one = new RawConsumer(kafka.broker(), await quickGroup(kafka));
    const { groupId, memberId } = one;
    await one.join([await kafka.createTopic()], { instanceId: 'named' });
    const named = { memberId: '', groupInstanceId: 'named', reason: null };
    const { members } = await ask(kafka.broker(), 'LeaveGroup', 5, { groupId, members: [named] });
    expect(errorName(only(members).errorCode)).to.equal('NONE');
    expect(await one.heartbeat()).to.include({ error: 'UNKNOWN_MEMBER_ID' });
    const unknown = await ask(kafka.broker(), 'LeaveGroup', 5, { groupId, members: [{ memberId, groupInstanceId: null, reason: null }] });
    expect(errorName(only(unknown.members).errorCode)).to.equal('UNKNOWN_MEMBER_ID');
  });

  it('rejects requests of the classic protocol that name a member', async () => {
    const one = new RawConsumer(kafka.broker(), await quickGroup(kafka));
    const { groupId, memberId } = one;
    await one.join([await kafka.createTopic()]);
    const said = { groupId, memberId, generationId: one.epoch };
    expect(errorName((await ask(kafka.broker(), 'Heartbeat', 4, said)).errorCode)).to.equal('UNKNOWN_MEMBER_ID');
    const sync = { ...said, protocolType: 'consumer', protocolName: 'range', assignments: [] };
    expect(errorName((await ask(kafka.broker(), 'SyncGroup', 5, sync)).errorCode)).to.equal('UNKNOWN_MEMBER_ID');
    // A classic member that is no consumer has nothing to do here.
    const asConnect = {
      groupId,
      memberId: '',
      sessionTimeoutMs: 10_000,
      protocolType: 'connect',
      protocols: [{ name: 'x', metadata: Buffer.alloc(0) }],
    };
    expect(errorName((await ask(kafka.broker(), 'JoinGroup', 3, asConnect)).errorCode)).to.equal('INCONSISTENT_GROUP_PROTOCOL');
  });

  it('lets an empty group change its protocol, with its offsets', async () => {
    const topic = await kafka.createTopic();
    const one = new RawConsumer(kafka.broker(), await quickGroup(kafka));
    const { groupId } = one;
    const connection = await kafka.connection();
    await commitOffset(connection, groupId, topic, 3);
    expect(await one.join([topic])).to.include({ error: 'NONE' });
    expect(await listed(groupId)).to.include({ groupType: 'consumer' });
    await one.leave();
    expect(await join(connection, groupId)).to.include({ error: 'NONE' });
    expect(await listed(groupId)).to.include({ groupType: 'classic' });
    const [offsets] = await kafka.admin.fetchOffsets({ groupId, topics: [topic] });
    expect(offsets?.partitions).to.deep.equal([{ partition: 0, offset: '3', metadata: null }]);
  });
});
